namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Tables full of dead rows.</summary>
internal static class DeadRowsCheck
{
    public static Check Create() => new(
        "dead-rows",
        "Tables full of dead rows",
        "percent",
        new Thresholds(20, 50),
        "lockkeeper vacuum shows why autovacuum does not keep up; look for old transactions first.",
        """
        SELECT s.relid::regclass::text,
               100.0 * s.n_dead_tup / (s.n_live_tup + s.n_dead_tup),
               s.n_dead_tup || ' dead, ' || s.n_live_tup || ' live rows; last vacuum '
                   || coalesce(to_char(greatest(s.last_vacuum, s.last_autovacuum), 'YYYY-MM-DD HH24:MI'), 'never')
        FROM pg_catalog.pg_stat_user_tables s
        WHERE s.n_dead_tup > 10000
        """)
    {
        OnStandby = false,
    };
}
