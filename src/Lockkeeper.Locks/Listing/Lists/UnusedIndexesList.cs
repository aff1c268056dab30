using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Listing.Lists;

/// <summary>Indexes that are hardly read, the largest first.</summary>
internal static class UnusedIndexesList
{
    private static readonly string Sql = $"""
        SELECT s.indexrelid::regclass::text,
               s.relid::regclass::text,
               {RelationSize.Of("s.indexrelid")}::float8,
               s.idx_scan::float8,
               (t.n_tup_ins + t.n_tup_upd + t.n_tup_del)::float8
        FROM pg_catalog.pg_stat_user_indexes s
        JOIN pg_catalog.pg_index i ON i.indexrelid = s.indexrelid
        JOIN pg_catalog.pg_stat_user_tables t ON t.relid = s.relid
        WHERE s.idx_scan < 50 AND NOT i.indisunique AND {RelationSize.Of("s.relid")} > 5 * 8192
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c WHERE c.conindid = s.indexrelid)
        ORDER BY {RelationSize.Of("s.indexrelid")} DESC
        LIMIT $1
        """;

    public static ListDefinition Create() => new(
        "unused-indexes",
        "Indexes that are hardly read, the largest first",
        [
            new("index", ListColumnKind.Text),
            new("table", ListColumnKind.Text),
            new("size", ListColumnKind.Bytes),
            new("scans", ListColumnKind.Count),
            new("writes_to_table", ListColumnKind.Count),
        ],
        _ => Sql);
}
