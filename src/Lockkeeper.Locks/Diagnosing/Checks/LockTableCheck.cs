namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Room in the lock table.</summary>
internal static class LockTableCheck
{
    public static Check Create() => new(
        "lock-table",
        "Room in the lock table",
        "percent",
        new Thresholds(50, 80),
        "max_locks_per_transaction needs a restart; until then take fewer locks in one transaction (partitions, pg_dump, DROP of many tables).",
        """
        SELECT 'lock table',
               100.0 * count(*) FILTER (WHERE NOT fastpath) / (current_setting('max_locks_per_transaction')::float8
                   * (current_setting('max_connections')::float8 + current_setting('max_prepared_transactions')::float8)),
               count(*) FILTER (WHERE NOT fastpath) || ' locks'
        FROM pg_catalog.pg_locks
        WHERE mode <> 'SIReadLock'
        """);
}
