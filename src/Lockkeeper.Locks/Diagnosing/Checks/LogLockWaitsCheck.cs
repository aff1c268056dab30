namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Lock waits are not logged.</summary>
internal static class LogLockWaitsCheck
{
    public static Check Create() => new(
        "log-lock-waits",
        "Lock waits are not logged",
        "off",
        new Thresholds(1, Check.Never),
        "ALTER SYSTEM SET log_lock_waits = on; SELECT pg_reload_conf();",
        """
        SELECT 'log_lock_waits',
               CASE WHEN current_setting('log_lock_waits') = 'on' THEN 0 ELSE 1 END::float8,
               'is ' || current_setting('log_lock_waits')
        """);
}
