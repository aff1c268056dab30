using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>What outside a table's own constraints and indexes uses its columns, so that none of it is broken unawares; what uses a partition's column uses its table's.</summary>
internal static class DependentsQuery
{
    private const string Sql = """
        SELECT DISTINCT c.oid, a.attname, u.kind, u.name, u.schema
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
            SELECT c.oid AS oid
            UNION SELECT p.relid FROM pg_catalog.pg_partition_tree(c.oid) p WHERE c.relkind = 'p') part
        JOIN pg_catalog.pg_class rc ON rc.oid = part.oid
        JOIN pg_catalog.pg_attribute a ON a.attrelid = part.oid AND a.attnum > 0 AND NOT a.attisdropped
        CROSS JOIN LATERAL (
            SELECT CASE v.relkind WHEN 'm' THEN 'materialized view' WHEN 'v' THEN 'view' ELSE 'rule' END AS kind,
                   v.relname::text AS name, vn.nspname AS schema
            FROM pg_catalog.pg_depend p
            JOIN pg_catalog.pg_rewrite w ON w.oid = p.objid
            JOIN pg_catalog.pg_class v ON v.oid = w.ev_class
            JOIN pg_catalog.pg_namespace vn ON vn.oid = v.relnamespace
            WHERE p.classid = 'pg_catalog.pg_rewrite'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
              AND p.refobjid = part.oid AND p.refobjsubid = a.attnum
            UNION
            SELECT 'policy', o.polname::text, NULL
            FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_policy o ON o.oid = p.objid
            WHERE p.classid = 'pg_catalog.pg_policy'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
              AND p.refobjid = part.oid AND p.refobjsubid = a.attnum
            UNION
            SELECT 'trigger', t.tgname::text, NULL
            FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_trigger t ON t.oid = p.objid
            WHERE p.classid = 'pg_catalog.pg_trigger'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
              AND p.refobjid = part.oid AND p.refobjsubid = a.attnum AND NOT t.tgisinternal
            UNION
            SELECT 'generated column', g.attname::text, NULL
            FROM pg_catalog.pg_depend p
            JOIN pg_catalog.pg_attrdef d ON d.oid = p.objid AND d.adrelid = part.oid
            JOIN pg_catalog.pg_attribute g ON g.attrelid = part.oid AND g.attnum = d.adnum AND g.attgenerated <> ''
            WHERE p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
              AND p.refobjid = part.oid AND p.refobjsubid = a.attnum AND d.adnum <> a.attnum
            UNION
            SELECT 'generated column', g.attname::text, NULL
            FROM pg_catalog.pg_depend p
            JOIN pg_catalog.pg_attribute g ON g.attrelid = part.oid AND g.attnum = p.objsubid AND g.attgenerated <> ''
            WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = part.oid AND p.objsubid <> a.attnum
              AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = part.oid AND p.refobjsubid = a.attnum
            UNION
            SELECT 'foreign key', k.conname::text || ' of ' || rn.nspname || '.' || r.relname, rn.nspname
            FROM pg_catalog.pg_constraint k
            JOIN pg_catalog.pg_class r ON r.oid = k.conrelid
            JOIN pg_catalog.pg_namespace rn ON rn.oid = r.relnamespace
            WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = part.oid AND a.attnum = ANY (k.confkey)
            UNION
            SELECT 'statistics', s.stxname::text, sn.nspname
            FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace sn ON sn.oid = s.stxnamespace
            WHERE s.stxrelid = part.oid AND a.attnum = ANY (s.stxkeys::int2[])
            UNION
            SELECT 'partition key', rc.relname::text, NULL
            FROM pg_catalog.pg_depend p
            -- The columns of a key, those in its expressions too, depend internally on their table (StorePartitionKey in heap.c).
            WHERE rc.relkind = 'p' AND p.deptype = 'i'
              AND p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = part.oid AND p.objsubid = a.attnum
              AND p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = part.oid AND p.refobjsubid = 0
            UNION
            SELECT 'partition index', x.relname::text, NULL
            FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid AND NOT x.relispartition
            WHERE i.indrelid = part.oid AND part.oid <> c.oid
              AND (a.attnum = ANY (i.indkey::int2[])
                   OR EXISTS (SELECT FROM pg_catalog.pg_depend p
                              WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = x.oid
                                AND p.refclassid = 'pg_catalog.pg_class'::regclass
                                AND p.refobjid = part.oid AND p.refobjsubid = a.attnum))
            UNION
            SELECT 'partition constraint', k.conname::text, NULL
            FROM pg_catalog.pg_constraint k
            WHERE k.conrelid = part.oid AND part.oid <> c.oid AND k.contype IN ('c', 'f') AND k.coninhcount = 0 AND k.conparentid = 0
              AND a.attnum = ANY (k.conkey)
            UNION
            SELECT 'publication', b.pubname::text, NULL
            FROM pg_catalog.pg_publication_rel pr JOIN pg_catalog.pg_publication b ON b.oid = pr.prpubid
            WHERE pr.prrelid = part.oid
              AND a.attnum IN (SELECT u.attnum::int2 FROM jsonb_array_elements_text(nullif(to_jsonb(pr) -> 'prattrs', 'null')) u (attnum))
        ) u
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY c.oid, a.attname, u.kind, u.name, u.schema
        """;

    public static async Task<ILookup<uint, ColumnDependent>> ReadAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            Sql,
            schema,
            row => (Table: row.GetFieldValue<uint>(0), Dependent: new ColumnDependent(
                row.Name(1), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.Name(4))),
            cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.Table, row => row.Dependent);
    }
}
