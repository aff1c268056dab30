namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Old snapshots hold VACUUM back.</summary>
internal static class SnapshotAgeCheck
{
    public static Check Create() => new(
        "snapshot-age",
        "Old snapshots hold VACUUM back",
        "transactions",
        new Thresholds(10000000, 100000000),
        "lockkeeper long-running shows old transactions; prepared-transactions and inactive-slots are the other causes.",
        """
        SELECT 'session ' || pid,
               greatest(age(backend_xmin), age(backend_xid))::float8,
               coalesce(nullif(application_name, ''), backend_type) || ', ' || coalesce(state, '') || ': ' || left(query, 80)
        FROM pg_catalog.pg_stat_activity
        WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND pid <> pg_backend_pid()
        """)
    {
        NeedsMonitor = true,
    };
}
