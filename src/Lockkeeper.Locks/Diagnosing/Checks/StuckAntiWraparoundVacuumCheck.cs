namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>A vacuum against wraparound that waits.</summary>
internal static class StuckAntiWraparoundVacuumCheck
{
    public static Check Create() => new(
        "stuck-vacuum",
        "A vacuum against wraparound that waits",
        "seconds",
        new Thresholds(10, 60),
        "Whoever is in its way has to let go: lockkeeper locks. The server does not cancel such a vacuum, and others queue behind it.",
        """
        SELECT 'session ' || a.pid,
               extract(epoch FROM clock_timestamp() - l.waitstart)::float8,
               left(a.query, 100)
        FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE NOT l.granted AND a.backend_type = 'autovacuum worker' AND a.query LIKE '%to prevent wraparound%'
        """)
    {
        NeedsMonitor = true,
    };
}
