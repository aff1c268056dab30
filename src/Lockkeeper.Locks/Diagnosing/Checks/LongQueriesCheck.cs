namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Long statements.</summary>
internal static class LongQueriesCheck
{
    public static Check Create() => new(
        "long-queries",
        "Long statements",
        "seconds",
        new Thresholds(60, 600),
        "lockkeeper long-running shows them, lockkeeper cancel ends one; statement_timeout bounds them.",
        """
        SELECT 'session ' || pid,
               extract(epoch FROM clock_timestamp() - query_start)::float8,
               coalesce(nullif(application_name, ''), backend_type) || ': ' || left(query, 80)
        FROM pg_catalog.pg_stat_activity
        WHERE state = 'active' AND pid <> pg_backend_pid() AND backend_type = 'client backend'
        """)
    {
        NeedsMonitor = true,
    };
}
