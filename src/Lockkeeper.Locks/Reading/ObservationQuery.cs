namespace Lockkeeper.Locks.Reading;

/// <summary>The one statement of a snapshot.</summary>
/// <remarks>
/// <c>pg_locks</c> is read once: who waits for whom is concluded from that one list (<see cref="Graph.LockGraph"/>). <c>pg_blocking_pids</c> would
/// read the lock table again for each waiter, and by then it is another one; it also stops all locking for a moment each time.
/// Only what has to do with a wait is sent: the waits, what is held of the same things, and of those who wait for a transaction the tables that
/// they use, from which it is concluded where the row is. Of the same things means by parts of a lock's tag that are cheap to compare; what is told
/// too much by that is held, and nobody waits for it.
/// Lists are sent column by column as arrays: <c>json_build_array</c> looks up the type of each of its arguments anew for each row.
/// A prepared transaction has no process; it is known by the lock on its own transaction number, because the virtual transaction that it shows
/// is that of the session that prepared it (MarkAsPreparingGuts in twophase.c).
/// </remarks>
internal static class ObservationQuery
{
    public const string Sql = """
        WITH moment AS MATERIALIZED (
            SELECT clock_timestamp() AS at, (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()) AS here),
        listed AS MATERIALIZED (
            SELECT l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid, l.transactionid, l.classid, l.objid, l.objsubid,
                   l.virtualtransaction, l.pid, l.mode, l.granted, l.waitstart
            FROM pg_catalog.pg_locks l
            WHERE l.mode <> 'SIReadLock'),
        waits AS MATERIALIZED (
            SELECT w.locktype, w.relation, w.virtualxid, w.transactionid, w.classid, w.objid, w.pid FROM listed w WHERE NOT w.granted),
        related AS MATERIALIZED (
            SELECT *
            FROM listed
            WHERE NOT granted
               OR locktype IN ('tuple', 'frozenid')
               OR transactionid IN (SELECT w.transactionid FROM waits w WHERE w.transactionid IS NOT NULL)
               OR virtualxid IN (SELECT w.virtualxid FROM waits w WHERE w.virtualxid IS NOT NULL)
               OR (locktype, relation) IN (SELECT w.locktype, w.relation FROM waits w WHERE w.relation IS NOT NULL)
               OR (locktype, classid, objid) IN (SELECT w.locktype, w.classid, w.objid FROM waits w WHERE w.classid IS NOT NULL)
               OR (locktype = 'relation' AND mode IN ('RowShareLock', 'RowExclusiveLock')
                   AND pid IN (SELECT w.pid FROM waits w WHERE w.locktype = 'transactionid'))),
        named AS MATERIALIZED (
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpages
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = ANY (ARRAY(SELECT DISTINCT r.relation FROM related r, moment m
                                     WHERE r.relation IS NOT NULL AND r.database IN (0, m.here)))),
        prepared AS MATERIALIZED (
            SELECT l.virtualtransaction, x.transaction AS xid, x.gid, x.database, x.owner, x.prepared
            FROM listed l
            JOIN pg_catalog.pg_prepared_xacts x ON x.transaction = l.transactionid
            WHERE l.pid IS NULL AND l.locktype = 'transactionid' AND l.granted),
        told AS MATERIALIZED (
            SELECT r.*, p.xid AS prepared
            FROM related r
            LEFT JOIN prepared p ON r.pid IS NULL AND p.virtualtransaction = r.virtualtransaction
            WHERE NOT (r.locktype = 'relation'
                       AND r.relation IN (SELECT c.oid FROM named c WHERE c.relkind IN ('i', 'I'))
                       AND r.relation NOT IN (SELECT w.relation FROM waits w WHERE w.locktype = 'relation')))
        SELECT m.at, current_database() AS database, m.here,
               current_setting('server_version_num')::int AS version,
               pg_is_in_recovery() AS in_recovery,
               pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees_others,
               extract(epoch FROM current_setting('deadlock_timeout')::interval)::float8 AS deadlock_timeout,
               coalesce(pg_stat_get_db_deadlocks(m.here), 0) AS deadlocks,
               locks.*, backends.*, undecided.*, relations.*, objects.*
        FROM moment m
        CROSS JOIN (
            SELECT array_agg(t.pid) AS lock_pid, array_agg(t.prepared) AS lock_prepared, array_agg(t.locktype) AS lock_type,
                   array_agg(t.database) AS lock_database, array_agg(t.relation) AS lock_relation, array_agg(t.page) AS lock_page,
                   array_agg(t.tuple) AS lock_tuple, array_agg(t.virtualxid) AS lock_virtualxid,
                   array_agg(t.transactionid) AS lock_transactionid, array_agg(t.classid) AS lock_classid,
                   array_agg(t.objid) AS lock_objid, array_agg(t.objsubid) AS lock_objsubid, array_agg(t.mode) AS lock_mode,
                   array_agg(t.granted) AS lock_granted, array_agg(t.waitstart) AS lock_waitstart
            FROM told t) locks
        CROSS JOIN (
            SELECT array_agg(a.pid) AS pid, array_agg(a.leader_pid) AS leader_pid, array_agg(a.datname::text) AS datname,
                   array_agg(a.usename::text) AS usename, array_agg(a.application_name) AS application_name,
                   array_agg(host(a.client_addr)) AS client_addr, array_agg(a.backend_type) AS backend_type, array_agg(a.state) AS state,
                   array_agg(a.wait_event_type || ':' || a.wait_event) AS wait_event, array_agg(left(a.query, 4000)) AS query,
                   array_agg(a.query_start) AS query_start, array_agg(a.xact_start) AS xact_start,
                   array_agg(a.state_change) AS state_change, array_agg(a.backend_start) AS backend_start
            FROM pg_catalog.pg_stat_activity a
            WHERE a.pid IN (SELECT t.pid FROM told t WHERE t.pid IS NOT NULL)) backends
        CROSS JOIN (
            SELECT array_agg(p.xid) AS prepared_xid, array_agg(p.gid) AS prepared_gid, array_agg(p.database::text) AS prepared_database,
                   array_agg(p.owner::text) AS prepared_owner, array_agg(p.prepared) AS prepared_at
            FROM prepared p
            WHERE p.xid IN (SELECT t.prepared FROM told t WHERE t.prepared IS NOT NULL)) undecided
        CROSS JOIN (
            SELECT array_agg(c.oid) AS relation_oid, array_agg(c.nspname::text) AS relation_schema, array_agg(c.relname::text) AS relation_name,
                   array_agg(c.relkind::text) AS relation_kind, array_agg(c.relpages) AS relation_pages
            FROM named c) relations
        CROSS JOIN (
            SELECT array_agg(o.classid) AS object_class, array_agg(o.objid) AS object_id,
                   array_agg(pg_describe_object(o.classid, o.objid, 0)) AS object_words
            FROM (SELECT DISTINCT t.classid, t.objid FROM told t, moment m
                  WHERE t.locktype = 'object' AND t.database IN (0, m.here)) o) objects
        """;
}
