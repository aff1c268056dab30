namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Statements cancelled by replay.</summary>
internal static class StandbyConflictsCheck
{
    public static Check Create() => new(
        "standby-conflicts",
        "Statements cancelled by replay",
        "cancellations",
        new Thresholds(1, 1000),
        "max_standby_streaming_delay, hot_standby_feedback, or fewer strong locks on the primary.",
        """
        SELECT 'database ' || datname,
               (confl_tablespace + confl_lock + confl_snapshot + confl_bufferpin + confl_deadlock)::float8,
               confl_lock || ' for locks, ' || confl_snapshot || ' for old rows, ' || confl_deadlock || ' for deadlocks'
        FROM pg_catalog.pg_stat_database_conflicts
        WHERE datname = current_database()
        """)
    {
        OnStandby = true,
    };
}
