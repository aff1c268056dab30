namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Sessions that wait for a lock.</summary>
internal static class BlockedSessionsCheck
{
    public static Check Create() => new(
        "blocked-sessions",
        "Sessions that wait for a lock",
        "seconds",
        new Thresholds(1, 10),
        "lockkeeper locks shows who is in their way.",
        """
        SELECT 'session ' || l.pid,
               extract(epoch FROM clock_timestamp() - CASE WHEN l.locktype IN ('transactionid', 'tuple') THEN coalesce(a.query_start, l.waitstart) ELSE coalesce(l.waitstart, a.query_start) END)::float8,
               'waits for ' || l.mode || ' (' || l.locktype || coalesce(' of ' || l.relation::regclass::text, '') || ')' || coalesce(': ' || left(a.query, 80), '')
        FROM pg_catalog.pg_locks l
        LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE NOT l.granted AND coalesce(l.waitstart, a.query_start) IS NOT NULL
        """);
}
