using System.Data;
using System.Globalization;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Makes an autovacuum give way that works at a table which is about to be locked.</summary>
/// <remarks>
/// An autovacuum that somebody waits for is cancelled by the server, but only when the waiter looks for a deadlock, after
/// <c>deadlock_timeout</c> (manual, 25.1.6), and <c>lock_timeout</c> is below that: without this an autovacuum of hours would use up all patience. So
/// its own kind of lock is waited for, for longer: no reader and no writer queues behind a wait for SHARE UPDATE EXCLUSIVE. An autovacuum against
/// wraparound does not give way, nor does a VACUUM that somebody typed; then this costs the time and nothing else.
/// </remarks>
internal static class AutovacuumNudge
{
    public static async Task GiveAsync(
        NpgsqlConnection connection, IEnumerable<TableLock> locks, CancellationToken cancellationToken)
    {
        var tables = await VacuumedAsync(connection, locks, cancellationToken).ConfigureAwait(false);
        if (tables.Count == 0)
        {
            return;
        }

        var patience = await DeadlockTimeout.ReadAsync(connection, cancellationToken).ConfigureAwait(false) * 2;
        foreach (var table in tables)
        {
            await WaitAsync(connection, table, patience, cancellationToken).ConfigureAwait(false);
        }
    }

    // Who is an autovacuum worker only a member of pg_read_all_stats may see; the lock everybody sees.
    private static Task<IReadOnlyList<string>> VacuumedAsync(
        NpgsqlConnection connection, IEnumerable<TableLock> locks, CancellationToken cancellationToken) => connection.QueryAsync(
        """
        SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
        FROM unnest($1::text[]) AS w (relation)
        -- The rows of a partitioned table are in its leaves, and those are what is vacuumed. For another table this gives the table itself.
        CROSS JOIN LATERAL (SELECT to_regclass(w.relation) UNION SELECT relid FROM pg_catalog.pg_partition_tree(to_regclass(w.relation))) AS t (oid)
        JOIN pg_catalog.pg_class c ON c.oid = t.oid AND c.relkind IN ('r', 'p')
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_locks k ON k.locktype = 'relation' AND k.granted AND k.mode = 'ShareUpdateExclusiveLock'
         AND k.relation = c.oid
         AND k.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        """,
        [new() { Value = locks.Select(l => l.Table.ToString()).ToArray() }],
        row => row.GetString(0),
        cancellationToken);

    private static async Task WaitAsync(
        NpgsqlConnection connection, string table, TimeSpan patience, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        try
        {
            await connection.ExecuteAsync(
                string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(long)patience.TotalMilliseconds}"), [], cancellationToken)
                .ConfigureAwait(false);
            await connection.ExecuteAsync($"LOCK TABLE {table} IN SHARE UPDATE EXCLUSIVE MODE", [], cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (TransientErrors.IsWorthRetrying(e.SqlState))
        {
            // It did not give way. Whether the lock that is wanted can be had, the attempt itself will show.
        }
    }
}
