namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Sessions that are idle in a transaction.</summary>
internal static class IdleInTransactionCheck
{
    public static Check Create() => new(
        "idle-in-transaction",
        "Sessions that are idle in a transaction",
        "seconds",
        new Thresholds(60, 600),
        "Let the application commit or roll back on every path; idle_in_transaction_session_timeout ends what it forgets.",
        """
        SELECT 'session ' || pid,
               extract(epoch FROM clock_timestamp() - state_change)::float8,
               coalesce(nullif(application_name, ''), 'an application without a name') || ', last: ' || left(query, 80)
        FROM pg_catalog.pg_stat_activity
        WHERE state LIKE 'idle in transaction%'
        """)
    {
        NeedsMonitor = true,
    };
}
