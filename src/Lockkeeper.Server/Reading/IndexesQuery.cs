using System.Diagnostics;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>The indexes of a schema's tables, by name. Those that belong to an index of a partitioned parent are left out.</summary>
internal static class IndexesQuery
{
    /// <summary>The columns of index i (its relation being x), those of expressions and predicate included.</summary>
    public const string ColumnsOfIndex = """
        ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = i.indrelid AND a.attnum > 0
                AND (a.attnum = ANY (i.indkey::int2[])
                     OR EXISTS (SELECT FROM pg_catalog.pg_depend p
                                WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = x.oid
                                  AND p.refclassid = 'pg_catalog.pg_class'::regclass
                                  AND p.refobjid = i.indrelid AND p.refobjsubid = a.attnum))
              ORDER BY a.attnum)
        """;

    private const string Sql = $"""
        SELECT c.oid, x.relname, i.indisunique, i.indisvalid AND i.indisready,
               EXISTS (SELECT FROM pg_catalog.pg_constraint k
                       WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x')),
               'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(x.relname)
                   || ' ON ' || CASE WHEN c.relkind = 'p' THEN 'ONLY ' ELSE '' END
                   || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' ',
               pg_get_indexdef(x.oid),
               {ColumnsOfIndex},
               obj_description(x.oid, 'pg_class')
        FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
        JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY c.oid, x.relname COLLATE "C"
        """;

    public static async Task<ILookup<uint, IndexSnapshot>> ReadAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(Sql, schema, Row, cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.Table, row => row.Index);
    }

    private static (uint Table, IndexSnapshot Index) Row(NpgsqlDataReader row)
    {
        var head = row.GetString(5);
        var statement = row.GetString(6);
        if (!statement.StartsWith(head, StringComparison.Ordinal))
        {
            throw new UnreachableException($"pg_get_indexdef printed [{statement}], which does not begin with [{head}].");
        }

        return (row.GetFieldValue<uint>(0),
            new IndexSnapshot(row.Name(1), row.GetBoolean(2), statement[head.Length..], row.Names(7))
            {
                Valid = row.GetBoolean(3),
                BelongsToConstraint = row.GetBoolean(4),
                Comment = row.TextOrNull(8),
            });
    }
}
