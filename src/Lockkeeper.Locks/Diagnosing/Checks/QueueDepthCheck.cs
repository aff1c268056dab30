namespace Lockkeeper.Locks.Diagnosing.Checks;

/// <summary>Queues for one lock.</summary>
internal static class QueueDepthCheck
{
    public static Check Create() => new(
        "queue-depth",
        "Queues for one lock",
        "sessions",
        new Thresholds(3, 10),
        "lockkeeper locks shows the queue, what it is for, and what to do.",
        """
        SELECT l.locktype || coalesce(' ' || l.relation::regclass::text, ' ' || l.transactionid::text, ''),
               count(*)::float8,
               count(*) || ' sessions wait for it'
        FROM pg_catalog.pg_locks l
        WHERE NOT l.granted
        GROUP BY l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid, l.transactionid, l.classid, l.objid, l.objsubid
        """);
}
