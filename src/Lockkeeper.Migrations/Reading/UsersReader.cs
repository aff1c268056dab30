using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Reading;

/// <summary>Reads from the dependencies that the server keeps what would stand in the way of dropping something.</summary>
internal static class UsersReader
{
    // A dependency of type n is what DROP without CASCADE stops at (manual, pg_depend). What belongs to the table itself goes with it.
    private const string TableSql = """
        WITH part AS (
            SELECT to_regclass($1)::oid AS oid
            UNION SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass($1))),
        relation AS (
            SELECT oid FROM part
            UNION SELECT indexrelid FROM pg_catalog.pg_index WHERE indrelid IN (SELECT oid FROM part)
            UNION SELECT p.objid FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_class s ON s.oid = p.objid AND s.relkind = 'S'
            WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
              AND p.refobjid IN (SELECT oid FROM part) AND p.deptype IN ('a', 'i')),
        own (classid, objid) AS (
            SELECT 'pg_catalog.pg_class'::regclass::oid, oid FROM relation
            UNION SELECT 'pg_catalog.pg_type'::regclass, t.oid FROM pg_catalog.pg_type t
            WHERE t.typrelid IN (SELECT oid FROM part) OR t.typelem IN (SELECT reltype FROM pg_catalog.pg_class WHERE oid IN (SELECT oid FROM part))
            UNION SELECT 'pg_catalog.pg_constraint'::regclass, oid FROM pg_catalog.pg_constraint WHERE conrelid IN (SELECT oid FROM part)
            UNION SELECT 'pg_catalog.pg_attrdef'::regclass, oid FROM pg_catalog.pg_attrdef WHERE adrelid IN (SELECT oid FROM part)
            UNION SELECT 'pg_catalog.pg_trigger'::regclass, oid FROM pg_catalog.pg_trigger WHERE tgrelid IN (SELECT oid FROM part)
            UNION SELECT 'pg_catalog.pg_policy'::regclass, oid FROM pg_catalog.pg_policy WHERE polrelid IN (SELECT oid FROM part)
            UNION SELECT 'pg_catalog.pg_rewrite'::regclass, oid FROM pg_catalog.pg_rewrite WHERE ev_class IN (SELECT oid FROM part)
            UNION SELECT 'pg_catalog.pg_statistic_ext'::regclass, oid FROM pg_catalog.pg_statistic_ext WHERE stxrelid IN (SELECT oid FROM part))
        SELECT DISTINCT pg_describe_object(
                   CASE WHEN v.oid IS NULL THEN d.classid ELSE 'pg_catalog.pg_class'::regclass END, coalesce(v.oid, d.objid),
                   CASE WHEN v.oid IS NULL THEN d.objsubid ELSE 0 END), vn.nspname
        FROM pg_catalog.pg_depend d
        JOIN own ON own.classid = d.refclassid AND own.objid = d.refobjid
        LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
        LEFT JOIN pg_catalog.pg_class v ON v.oid = w.ev_class
        LEFT JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
        WHERE d.deptype = 'n'
          AND NOT EXISTS (SELECT FROM own o WHERE o.classid = d.classid AND o.objid = d.objid)
          AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
              WHERE d.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objid AND k.contype = 'f'
                AND (k.conparentid <> 0
                     OR NOT c.relispartition AND c.relnamespace = (SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = to_regclass($1))))
        ORDER BY 1
        """;

    private const string IndexSql = """
        SELECT 'the replica identity of table ' || quote_ident(c.relname), NULL::name
        FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
        WHERE i.indexrelid = to_regclass($1) AND i.indisreplident
        UNION ALL
        SELECT pg_describe_object('pg_catalog.pg_constraint'::regclass, k.oid, 0), NULL
        FROM pg_catalog.pg_constraint k
        WHERE k.contype = 'f' AND k.conindid = to_regclass($1) AND k.conparentid = 0
        ORDER BY 1
        """;

    private const string ConstraintSql = """
        SELECT DISTINCT CASE WHEN w.oid IS NULL THEN pg_describe_object(d.classid, d.objid, d.objsubid)
                             ELSE pg_describe_object('pg_catalog.pg_class'::regclass, w.ev_class, 0) END, NULL::name
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_constraint'::regclass AND d.refobjid = k.oid AND d.deptype = 'n'
        LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
        WHERE k.conrelid = to_regclass($1) AND k.conname = $2
        ORDER BY 1
        """;

    private const string PublicationSql = """
        SELECT DISTINCT b.pubname::text, NULL::name
        FROM pg_catalog.pg_publication_tables t
        JOIN pg_catalog.pg_publication b ON b.pubname = t.pubname
        JOIN pg_catalog.pg_class c ON c.oid = to_regclass($1)
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_publication_rel r ON r.prpubid = b.oid AND r.prrelid = c.oid
        WHERE (b.pubupdate OR b.pubdelete) AND t.schemaname = n.nspname AND t.tablename = c.relname
        """;

    // Lists of columns and filters of rows came with 15, publishing generated columns with 18.
    private const string LimitSql = """
         AND (to_jsonb(r) ->> 'prattrs' IS NOT NULL OR to_jsonb(r) ->> 'prqual' IS NOT NULL
              OR current_setting('server_version_num')::int >= 180000 AND EXISTS (
                  SELECT FROM pg_catalog.pg_attribute a
                  WHERE $2 AND a.attrelid = c.oid AND NOT a.attisdropped
                    AND (a.attgenerated = 'v' OR a.attgenerated = 's' AND to_jsonb(b) ->> 'pubgencols' = 'n')))
        """;

    public static Task<FoundUsers> OfTableAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken) =>
        ReadAsync(connection, TableSql, table, cancellationToken);

    public static Task<FoundUsers> OfIndexAsync(NpgsqlConnection connection, TableName index, CancellationToken cancellationToken) =>
        ReadAsync(connection, IndexSql, index, cancellationToken);

    /// <summary>What depends on a constraint itself.</summary>
    public static Task<FoundUsers> OfConstraintAsync(
        NpgsqlConnection connection, TableName table, Identifier constraint, CancellationToken cancellationToken) =>
        ReadAsync(connection, ConstraintSql, table, cancellationToken, new NpgsqlParameter { Value = constraint.Value });

    /// <summary>The publications that publish changes and deletions of a table's rows.</summary>
    public static Task<FoundUsers> PublicationsOfAsync(NpgsqlConnection connection, TableName table, CancellationToken cancellationToken) =>
        ReadAsync(connection, $"{PublicationSql} ORDER BY 1", table, cancellationToken);

    /// <summary>Those of them that publish not all of it.</summary>
    public static Task<FoundUsers> LimitingPublicationsOfAsync(
        NpgsqlConnection connection, TableName table, bool full, CancellationToken cancellationToken) =>
        ReadAsync(connection, $"{PublicationSql}{LimitSql} ORDER BY 1", table, cancellationToken, new NpgsqlParameter { Value = full });

    private static async Task<FoundUsers> ReadAsync(
        NpgsqlConnection connection, string sql, TableName name, CancellationToken cancellationToken, params IEnumerable<NpgsqlParameter> more)
    {
        var rows = await connection.QueryAsync(
            sql,
            [new() { Value = name.ToString() }, .. more],
            row => new FoundUser(row.GetString(0), row.IsDBNull(1) ? null : new Identifier(row.GetString(1))),
            cancellationToken).ConfigureAwait(false);
        return new FoundUsers([.. rows]);
    }
}
