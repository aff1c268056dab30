namespace Lockkeeper.Locks.Listing.Lists;

/// <summary>Room in tables and B-tree indexes that holds no rows, estimated from statistics.</summary>
internal static class BloatList
{
    /// <summary>A list <c>sizes</c> of what each table and B-tree index has, and what its rows would need, in pages.</summary>
    public const string Sizes = """
        WITH widths AS (
            SELECT c.oid, c.reltuples, c.relpages, c.relkind,
                   24 + 4 + coalesce(sum((1 - s.null_frac) * s.avg_width), 0) AS row_width,
                   count(s.attname) = count(a.attname) AS is_known,
                   coalesce((SELECT option_value::int FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 100) AS fillfactor
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
            WHERE c.relkind IN ('r', 'm') AND c.reltuples > 0 AND c.relpages > 10 AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            GROUP BY c.oid),
        keys AS (
            SELECT i.indexrelid AS oid, c.reltuples, c.relpages,
                   8 + 4 + coalesce(sum(CASE WHEN k.attnum = 0 THEN 16 ELSE (1 - s.null_frac) * s.avg_width END), 0) AS row_width,
                   count(*) = count(s.attname) + count(*) FILTER (WHERE k.attnum = 0) AS is_known,
                   coalesce((SELECT option_value::int FROM pg_options_to_table(c.reloptions) WHERE option_name = 'fillfactor'), 90) AS fillfactor
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'btree'
            JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
            CROSS JOIN LATERAL unnest(i.indkey::int2[]) AS k (attnum)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum AND k.attnum > 0
            LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = a.attname AND NOT s.inherited
            WHERE c.reltuples > 0 AND c.relpages > 10 AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            GROUP BY i.indexrelid, c.oid),
        sizes AS (
            SELECT CASE relkind WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind, oid, relpages, is_known,
                   ceil(reltuples * row_width * 100 / fillfactor / (current_setting('block_size')::float8 - 24)) AS needed
            FROM widths
            UNION ALL
            SELECT 'index', oid, relpages, is_known,
                   ceil(reltuples * row_width * 100 / fillfactor / (current_setting('block_size')::float8 - 40))
            FROM keys)
        """;

    private const string Sql = $"""
        {Sizes}
        SELECT kind,
               oid::regclass::text,
               relpages * current_setting('block_size')::float8,
               greatest(relpages - needed, 0) * current_setting('block_size')::float8,
               (100.0 * greatest(relpages - needed, 0) / relpages)::float8
        FROM sizes
        WHERE is_known
        ORDER BY 4 DESC, 2
        LIMIT $1
        """;

    public static ListDefinition Create() => new(
        "bloat",
        "Room in tables and B-tree indexes that holds no rows, estimated from statistics",
        [
            new("kind", ListColumnKind.Text),
            new("name", ListColumnKind.Text),
            new("size", ListColumnKind.Bytes),
            new("waste", ListColumnKind.Bytes),
            new("waste_share", ListColumnKind.Percent),
        ],
        _ => Sql);
}
