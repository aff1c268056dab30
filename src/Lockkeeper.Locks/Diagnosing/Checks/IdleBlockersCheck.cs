namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Sessions that are idle in a transaction and in somebody's way.</summary>
internal static class IdleBlockersCheck
{
    public static Check Create() => new(
        "idle-blockers",
        "Sessions that are idle in a transaction and in somebody's way",
        "seconds",
        new Thresholds(10, 60),
        "End it with lockkeeper terminate, and let the application commit or roll back on every path; idle_in_transaction_session_timeout ends what it forgets.",
        """
        SELECT 'session ' || a.pid,
               extract(epoch FROM clock_timestamp() - a.state_change)::float8,
               coalesce(nullif(a.application_name, ''), 'an application without a name') || ' holds what others wait for, last: ' || left(a.query, 80)
        FROM (SELECT DISTINCT pid FROM pg_catalog.pg_locks WHERE NOT granted) w
        CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b (pid)
        JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
        WHERE a.state LIKE 'idle in transaction%'
        GROUP BY a.pid, a.state_change, a.application_name, a.query
        """)
    {
        NeedsMonitor = true,
    };
}
