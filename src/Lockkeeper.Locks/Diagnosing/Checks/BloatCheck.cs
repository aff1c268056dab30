using Lockkeeper.Locks.Listing.Lists;

namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Tables and indexes much larger than their rows.</summary>
internal static class BloatCheck
{
    public static Check Create() => new(
        "bloat",
        "Tables and indexes much larger than their rows",
        "times",
        new Thresholds(4, 10),
        "REINDEX INDEX CONCURRENTLY for an index; a table can be copied while clients go on (pg_repack). First see why VACUUM came too late: lockkeeper vacuum.",
        $"""
        {BloatList.Sizes}
        SELECT kind || ' ' || oid::regclass,
               relpages / greatest(needed, 1),
               round((relpages - needed) * current_setting('block_size')::float8 / 1048576) || ' MB of '
                   || round(relpages * current_setting('block_size')::float8 / 1048576) || ' MB hold no rows, by the statistics'
        FROM sizes
        WHERE is_known AND (relpages - needed) * current_setting('block_size')::float8 >= 64 * 1048576
        """);
}
