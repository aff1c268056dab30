using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Listing.Lists;

/// <summary>Blocks that were found in shared_buffers, by table.</summary>
internal static class CacheHitList
{
    private static readonly string Sql = $"""
        SELECT s.relid::regclass::text,
               {RelationSize.Of("s.relid")}::float8,
               (100.0 * s.heap_blks_hit / nullif(s.heap_blks_hit + s.heap_blks_read, 0))::float8,
               (100.0 * s.idx_blks_hit / nullif(s.idx_blks_hit + s.idx_blks_read, 0))::float8,
               (coalesce(s.heap_blks_read, 0) + coalesce(s.idx_blks_read, 0))::float8
        FROM pg_catalog.pg_statio_user_tables s
        WHERE coalesce(s.heap_blks_hit + s.heap_blks_read, 0) > 0
        ORDER BY 5 DESC
        LIMIT $1
        """;

    public static ListDefinition Create() => new(
        "cache-hit",
        "Blocks that were found in shared_buffers, by table",
        [
            new("table", ListColumnKind.Text),
            new("size", ListColumnKind.Bytes),
            new("table_hit", ListColumnKind.Percent),
            new("index_hit", ListColumnKind.Percent),
            new("blocks_read", ListColumnKind.Count),
        ],
        _ => Sql);
}
