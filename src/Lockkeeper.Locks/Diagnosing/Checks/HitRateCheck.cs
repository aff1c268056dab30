namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Blocks that are not in memory.</summary>
internal static class HitRateCheck
{
    public static Check Create() => new(
        "hit-rate",
        "Blocks that are not in memory",
        "percent",
        new Thresholds(1, 5),
        "lockkeeper cache-hit shows it by table; shared_buffers is a quarter of the memory at most places.",
        """
        SELECT 'database ' || datname,
               100.0 * blks_read / (blks_read + blks_hit),
               blks_read || ' of ' || (blks_read + blks_hit) || ' blocks were not in shared_buffers'
        FROM pg_catalog.pg_stat_database
        WHERE datname = current_database() AND blks_read + blks_hit > 1000000
        """);
}
