namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>No lock_timeout for this role.</summary>
internal static class LockTimeoutCheck
{
    public static Check Create() => new(
        "lock-timeout",
        "No lock_timeout for this role",
        "off",
        new Thresholds(1, Check.Never),
        "ALTER ROLE ... SET lock_timeout = '3s' for the role that runs migrations.",
        """
        SELECT 'role ' || current_user,
               CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) AS c (setting)
                                 WHERE s.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user))
                                   AND s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
                                   AND c.setting LIKE 'lock_timeout=%' AND c.setting <> 'lock_timeout=0')
                         OR (SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'lock_timeout') <> '0'
                    THEN 0 ELSE 1 END::float8,
               'waits for locks without end unless its statements say otherwise'
        """);
}
