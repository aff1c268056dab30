namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Long transactions.</summary>
internal static class LongTransactionsCheck
{
    public static Check Create() => new(
        "long-transactions",
        "Long transactions",
        "seconds",
        new Thresholds(300, 3600),
        "Look what it does with lockkeeper long-running; end it if nobody needs it, and cut long work into parts.",
        """
        SELECT 'session ' || pid,
               extract(epoch FROM clock_timestamp() - xact_start)::float8,
               coalesce(nullif(application_name, ''), backend_type) || ', ' || coalesce(state, '') || ': ' || left(query, 80)
        FROM pg_catalog.pg_stat_activity
        WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND backend_type <> 'walsender' AND query NOT LIKE 'autovacuum:%'
        """)
    {
        NeedsMonitor = true,
    };
}
