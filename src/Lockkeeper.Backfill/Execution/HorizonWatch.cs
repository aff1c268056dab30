using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Finds out who holds the horizon back: the oldest snapshot or transaction of which the server must keep what it can see.</summary>
/// <remarks>
/// Snapshots of other databases do not matter to a table, but a standby with hot_standby_feedback and its slot do, whatever it is connected to
/// (manual, 27.2.5 and 54.20). A session that has written something holds the horizon by its transaction id, also without a snapshot. VACUUM ignores
/// its own kind. What a role may not see of others (pg_read_all_stats) it cannot name.
/// </remarks>
internal static class HorizonWatch
{
    private const string Sql =
        """
        SELECT kind, pid, name, state, open
        FROM (SELECT 'session' AS kind, a.pid, coalesce(a.application_name, '') AS name, coalesce(a.state, '') AS state,
                     extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS open,
                     greatest(age(a.backend_xmin), age(a.backend_xid)) AS age
              FROM pg_stat_activity AS a
              WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.application_name <> 'lockkeeper backfill'
                AND NOT EXISTS (SELECT FROM pg_stat_progress_vacuum AS v WHERE v.pid = a.pid)
              UNION ALL
              SELECT 'standby', r.pid, r.application_name, coalesce(r.state, ''), NULL, age(r.backend_xmin) FROM pg_stat_replication AS r
              UNION ALL
              SELECT 'replication slot', coalesce(s.active_pid, 0), s.slot_name, '', NULL, age(s.xmin) FROM pg_replication_slots AS s
              UNION ALL
              SELECT 'prepared transaction', 0, p.gid, '', extract(epoch FROM clock_timestamp() - p.prepared)::float8, age(p.transaction)
              FROM pg_prepared_xacts AS p WHERE p.database = current_database()) AS holder
        WHERE age IS NOT NULL
        ORDER BY age DESC, kind LIMIT 1
        """;

    /// <returns>Who; nothing if nobody can be seen, or the server did not say.</returns>
    public static async Task<BackfillHorizon?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var holders = await connection.QueryAsync(
                Sql,
                [],
                row => new BackfillHorizon(
                    row.GetString(0),
                    row.GetInt32(1),
                    row.GetString(2),
                    row.GetString(3),
                    row.IsDBNull(4) ? null : TimeSpan.FromSeconds(row.GetDouble(4))),
                cancellationToken).ConfigureAwait(false);
            return holders.SingleOrDefault();
        }
        catch (PostgresException e) when (!TransientErrors.IsConnectionLoss(e))
        {
            // Only the explanation is lost.
            return null;
        }
    }
}
