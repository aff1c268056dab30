namespace Lockkeeper.Locks.Reading;

/// <summary>The one statement of a snapshot.</summary>
/// <remarks>
/// <c>pg_locks</c> is read once: who waits for whom is concluded from that one list (<see cref="Graph.LockGraph"/>). <c>pg_blocking_pids</c> would
/// read the lock table again for each waiter, and by then it is another one; it also stops all locking for a moment each time.
/// Only what has to do with a wait is sent. What has to do with it is found by a text of the tag, because a join over ten columns
/// that may be null is a nested loop, and with 300 waiters that alone takes longer than all else.
/// A prepared transaction has no process; it is known by the lock on its own transaction number, because the virtual transaction that it shows
/// is that of the session that prepared it (MarkAsPreparingGuts in twophase.c).
/// </remarks>
internal static class ObservationQuery
{
    public const string Sql = """
        WITH moment AS MATERIALIZED (SELECT clock_timestamp() AS at),
        listed AS MATERIALIZED (
            SELECT l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid, l.transactionid::text::bigint AS xid,
                   l.classid, l.objid, l.objsubid, l.virtualtransaction, l.pid, l.mode, l.granted, l.waitstart,
                   concat_ws('/', l.locktype, coalesce(l.database, 0), coalesce(l.relation, 0), coalesce(l.page, 0), coalesce(l.tuple, 0),
                             coalesce(l.virtualxid, ''), coalesce(l.transactionid::text, ''), coalesce(l.classid, 0),
                             coalesce(l.objid, 0), coalesce(l.objsubid, 0)) AS tag
            FROM pg_catalog.pg_locks l
            WHERE l.mode <> 'SIReadLock'),
        wanted AS MATERIALIZED (SELECT DISTINCT tag FROM listed WHERE NOT granted),
        taking_part AS MATERIALIZED (
            SELECT DISTINCT virtualtransaction, pid FROM listed WHERE tag IN (SELECT tag FROM wanted)),
        prepared AS MATERIALIZED (
            SELECT l.virtualtransaction, l.xid, x.gid, x.database, x.owner, x.prepared
            FROM listed l
            JOIN pg_catalog.pg_prepared_xacts x ON x.transaction::text::bigint = l.xid
            WHERE l.pid IS NULL AND l.locktype = 'transactionid' AND l.granted),
        told AS MATERIALIZED (
            SELECT * FROM listed
            WHERE tag IN (SELECT tag FROM wanted)
               OR (locktype IN ('tuple', 'relation') AND virtualtransaction IN (SELECT virtualtransaction FROM taking_part)))
        SELECT m.at, current_database(),
               (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()),
               current_setting('server_version_num')::int,
               pg_is_in_recovery(),
               pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),
               extract(epoch FROM current_setting('deadlock_timeout')::interval)::float8,
               (SELECT json_agg(json_build_array(
                    l.pid, p.xid,
                    l.locktype, l.database, l.relation, l.page, l.tuple, l.virtualxid, l.xid, l.classid, l.objid, l.objsubid,
                    l.mode, l.granted, extract(epoch FROM m.at - l.waitstart)))
                FROM told l
                LEFT JOIN prepared p ON l.pid IS NULL AND p.virtualtransaction = l.virtualtransaction)::text,
               (SELECT json_agg(json_build_array(
                    a.pid, a.leader_pid, a.datname, a.usename, a.application_name, host(a.client_addr), a.backend_type, a.state,
                    a.wait_event_type || ':' || a.wait_event, left(a.query, 4000),
                    extract(epoch FROM m.at - a.query_start), extract(epoch FROM m.at - a.xact_start),
                    extract(epoch FROM m.at - a.state_change), a.backend_start))
                FROM pg_catalog.pg_stat_activity a
                WHERE a.pid IN (SELECT p.pid FROM taking_part p))::text,
               (SELECT json_agg(json_build_array(p.xid, p.gid, p.database, p.owner, extract(epoch FROM m.at - p.prepared)))
                FROM prepared p
                WHERE p.virtualtransaction IN (SELECT t.virtualtransaction FROM taking_part t WHERE t.pid IS NULL))::text,
               (SELECT json_agg(json_build_array(c.oid, n.nspname, c.relname, c.relkind, c.relpages))
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.oid IN (SELECT l.relation FROM told l
                                WHERE l.database = 0
                                   OR l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())))::text,
               (SELECT json_agg(DISTINCT jsonb_build_array(o.classid, o.objid, pg_describe_object(o.classid, o.objid, 0)))
                FROM told o
                WHERE o.locktype = 'object'
                  AND (o.database = 0
                       OR o.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())))::text
        FROM moment m
        """;
}
