using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>The columns of a schema's tables, in column order.</summary>
internal static class ColumnsQuery
{
    private static readonly string Sql = $"""
        SELECT c.oid, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
               CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
               a.attidentity::text,
               CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
               CASE WHEN a.attcollation <> t.typcollation THEN
                   (SELECT quote_ident(cn.nspname) || '.' || quote_ident(l.collname)
                    FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace cn ON cn.oid = l.collnamespace
                    WHERE l.oid = a.attcollation) END,
               col_description(c.oid, a.attnum),
               s.nspname, s.relname,
               CASE WHEN a.attstorage <> t.typstorage THEN
                   CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END END,
               CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
               nullif(a.attstattarget, -1)::integer,
               {GrantsSql.OfColumn("a.attacl", "c.relowner")},
               a.attgenerated = 'v'
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN LATERAL (
            SELECT sn.nspname, sc.relname
            FROM pg_catalog.pg_depend p
            JOIN pg_catalog.pg_class sc ON sc.oid = p.objid AND sc.relkind = 'S'
            JOIN pg_catalog.pg_namespace sn ON sn.oid = sc.relnamespace
            WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
              AND p.refobjid = c.oid AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i')
            LIMIT 1) s ON true
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY c.oid, a.attnum
        """;

    public static async Task<ILookup<uint, ColumnSnapshot>> ReadAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(Sql, schema, Row, cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.Table, row => row.Column);
    }

    private static (uint Table, ColumnSnapshot Column) Row(NpgsqlDataReader row) => (
        row.GetFieldValue<uint>(0),
        new ColumnSnapshot(row.Name(1), row.GetString(2), row.GetBoolean(3))
        {
            Default = row.TextOrNull(4),
            Identity = row.GetString(5) switch
            {
                "a" => ColumnIdentity.Always,
                "d" => ColumnIdentity.ByDefault,
                _ => ColumnIdentity.None,
            },
            Generated = row.TextOrNull(6),
            Collation = row.TextOrNull(7),
            Comment = row.TextOrNull(8),
            OwnedSequence = row.IsDBNull(9) ? null : new TableName(row.Name(9), row.Name(10)),
            Storage = row.TextOrNull(11),
            Compression = row.TextOrNull(12),
            StatisticsTarget = row.IsDBNull(13) ? null : row.GetInt32(13),
            Grants = row.Grants(14),
            IsVirtual = row.GetBoolean(15),
        });
}
