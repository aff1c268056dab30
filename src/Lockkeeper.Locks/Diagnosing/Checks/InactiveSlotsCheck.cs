namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Replication slots that nobody reads.</summary>
internal static class InactiveSlotsCheck
{
    public static Check Create() => new(
        "inactive-slots",
        "Replication slots that nobody reads",
        "MB",
        new Thresholds(1024, 10240),
        "Start its reader again, or pg_drop_replication_slot; max_slot_wal_keep_size bounds what a slot can keep.",
        """
        SELECT 'slot ' || slot_name,
               pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn)::float8 / 1048576,
               'keeps its log although nobody reads it'
        FROM pg_catalog.pg_replication_slots
        WHERE NOT active AND restart_lsn IS NOT NULL
        """);
}
