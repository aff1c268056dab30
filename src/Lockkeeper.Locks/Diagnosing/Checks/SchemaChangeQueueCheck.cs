namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Sessions behind a schema change that waits.</summary>
internal static class SchemaChangeQueueCheck
{
    public static Check Create() => new(
        "schema-change-queue",
        "Sessions behind a schema change that waits",
        "sessions",
        new Thresholds(1, 10),
        "Cancel the schema change and the others go on at once; lockkeeper locks shows whom it waits for. Then run it with a lock_timeout, again and again.",
        """
        WITH waits AS MATERIALIZED (
            SELECT l.database, l.relation, l.pid, l.mode, l.waitstart
            FROM pg_catalog.pg_locks l
            WHERE l.locktype = 'relation' AND NOT l.granted)
        SELECT w.relation::regclass::text,
               count(*)::float8,
               count(*) || ' behind session ' || w.pid || ', which asks for ' || w.mode
        FROM waits w
        JOIN waits b ON b.database = w.database AND b.relation = w.relation AND b.pid <> w.pid AND b.waitstart > w.waitstart
        WHERE w.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
        GROUP BY w.database, w.relation, w.pid, w.mode
        """);
}
