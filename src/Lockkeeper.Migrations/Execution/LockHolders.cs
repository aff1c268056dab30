using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Reads who holds the locks that a transaction is going to ask for. Takes none itself.</summary>
internal static class LockHolders
{
    /// <summary>Sessions with a conflicting lock on one of the tables, those of the oldest transactions first.</summary>
    /// <param name="connection">A connection that waits for nothing.</param>
    /// <param name="locks">What is going to be asked for.</param>
    /// <param name="olderThan">Leaves out transactions that are younger: they will be gone by themselves.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<ImmutableArray<LockHolder>> ReadAsync(
        NpgsqlConnection connection, ImmutableArray<TableLock> locks, TimeSpan olderThan, CancellationToken cancellationToken)
    {
        var wanted = locks.SelectMany(l => Conflicting(l.Mode), (l, mode) => (Table: l.Table.ToString(), Mode: mode)).ToArray();
        var rows = await connection.QueryAsync(
            """
            SELECT l.pid, a.application_name, a.usename, a.state, clock_timestamp() - a.xact_start, left(a.query, 200)
            FROM (SELECT DISTINCT k.pid FROM unnest($1::text[], $2::text[]) AS w (relation, mode)
                  -- Once for each relation and not for each of the server's locks: this is asked ten times a second.
                  CROSS JOIN LATERAL (SELECT to_regclass(w.relation) UNION SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass(w.relation))) AS t (oid)
                  JOIN pg_catalog.pg_locks k ON k.locktype = 'relation' AND k.granted AND k.mode = w.mode AND k.relation = t.oid
                   AND k.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())) AS l
            LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
            WHERE l.pid <> pg_backend_pid() AND coalesce(clock_timestamp() - a.xact_start >= $3, true)
            ORDER BY a.xact_start
            LIMIT 10
            """,
            [
                new() { Value = wanted.Select(w => w.Table).ToArray() },
                new() { Value = wanted.Select(w => w.Mode).ToArray() },
                new() { Value = olderThan },
            ],
            Holder,
            cancellationToken).ConfigureAwait(false);
        return [.. rows];
    }

    private static IEnumerable<string> Conflicting(LockMode mode) =>
        Enum.GetValues<LockMode>().Where(held => held.ConflictsWith(mode)).Select(held => $"{held}Lock");

    private static LockHolder Holder(NpgsqlDataReader row) => new(
        row.IsDBNull(0) ? 0 : row.GetInt32(0),
        Text(row, 1),
        Text(row, 2),
        Text(row, 3),
        row.IsDBNull(4) ? null : row.GetTimeSpan(4),
        Text(row, 5));

    private static string? Text(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) || row.GetString(ordinal).Length == 0 ? null : row.GetString(ordinal);
}
