namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Deadlocks.</summary>
internal static class DeadlocksCheck
{
    public static Check Create() => new(
        "deadlocks",
        "Deadlocks",
        "a day",
        new Thresholds(1, 24),
        "lockkeeper deadlocks LOGFILE explains each of them.",
        """
        SELECT 'database ' || d.datname,
               d.deadlocks / greatest(extract(epoch FROM clock_timestamp() - coalesce(d.stats_reset, pg_postmaster_start_time())) / 86400, 1)::float8,
               d.deadlocks || ' since ' || to_char(coalesce(d.stats_reset, pg_postmaster_start_time()), 'YYYY-MM-DD HH24:MI')
        FROM pg_catalog.pg_stat_database d
        WHERE d.datname = current_database()
        """);
}
