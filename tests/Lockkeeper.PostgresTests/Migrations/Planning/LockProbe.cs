using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.PostgresTests.Migrations.Planning;

/// <summary>Runs a step and sees in the server what it locked and what it did to the rows.</summary>
/// <remarks>
/// Counted are tables, partitioned tables and views that were there before the statement; what it makes itself is nobody else's yet. A
/// partition counts as its table. Locks on indexes, sequences and the catalog stop no client that does not wait for the table anyway.
/// </remarks>
internal sealed class LockProbe(TestDatabase database)
{
    private const string RootsSql = """
        SELECT c.oid, n.nspname::text, root.relname::text, pg_relation_filenode(c.oid), own.nspname::text, c.relname::text
        FROM pg_class c
        JOIN pg_class root ON root.oid = c.oid AND NOT c.relispartition OR c.relispartition AND root.oid = pg_partition_root(c.oid)
        JOIN pg_namespace n ON n.oid = root.relnamespace
        JOIN pg_namespace own ON own.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'lockkeeper')
        """;

    /// <summary>What is there: to be asked before the transaction that a plan puts a step into.</summary>
    public async Task<ImmutableHashSet<uint>> ExistingAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return [.. (await RelationsAsync(connection, cancellationToken)).Keys];
    }

    /// <summary>Runs the step in a transaction of its own, and commits it.</summary>
    public async Task<ObservedStep> RunAsync(Step step, ImmutableHashSet<uint> existed, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync("SET lockkeeper.version = '(backfill)'", cancellationToken);
        // What one step of the swap leaves to a later one for as long as their transaction lasts; here each has its own.
        await connection.ExecuteAsync("SET lockkeeper.sequence_value = 1; SET lockkeeper.sequence_called = false", cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var now = await RelationsAsync(connection, cancellationToken);
        var before = now.RemoveRange(now.Keys.Except(existed));
        var read = await ReadRowsAsync(connection, cancellationToken);
        await connection.ExecuteAsync(step.Sql, cancellationToken);
        var locks = await LocksAsync(connection, connection.ProcessID, before, cancellationToken);
        var scanned = await ReadRowsAsync(connection, cancellationToken) > read;
        var after = await RelationsAsync(connection, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var rewritten = before.Any(r => after.TryGetValue(r.Key, out var file) && file.File != r.Value.File);
        return Observed(step, before, locks, rewritten ? StepEffect.Rewrites : scanned ? StepEffect.Scans : StepEffect.CatalogOnly);
    }

    /// <summary>Runs CREATE or DROP INDEX CONCURRENTLY and looks at it while it waits for a transaction that has written to the table.</summary>
    public async Task<ObservedStep> RunConcurrentlyAsync(Step step, string write, CancellationToken cancellationToken)
    {
        await using var writer = await database.OpenSessionAsync(cancellationToken);
        await using var builder = await database.OpenSessionAsync(cancellationToken);
        var before = await RelationsAsync(builder.Connection, cancellationToken);
        await writer.ExecuteAsync($"BEGIN; {write}", cancellationToken);
        var building = await builder.ExecuteUntilBlockedAsync(step.Sql, writer, cancellationToken);
        var locks = await LocksAsync(writer.Connection, builder.Backend, before, cancellationToken);
        await writer.ExecuteAsync("ROLLBACK", cancellationToken);
        await building.EndAsync(cancellationToken);

        // An index is made of every row: that cannot be otherwise, and the statistics of the build come too late to be looked at.
        return Observed(step, before, locks, step.BuildsIndex is null ? StepEffect.CatalogOnly : StepEffect.Scans);
    }

    private static ObservedStep Observed(
        Step step, ImmutableDictionary<uint, (TableName Name, uint? File, TableName Own)> before, ImmutableArray<TableLock> locks, StepEffect effect)
    {
        var existed = before.Values.ToDictionary(r => r.Own, r => r.Name);
        var declared = step.Locks.Where(l => existed.ContainsKey(l.Table)).Select(l => l with { Table = existed[l.Table] });
        return new ObservedStep(step, InOrder(declared), InOrder(locks), effect);
    }

    private static ImmutableArray<string> InOrder(IEnumerable<TableLock> locks) =>
    [
        .. locks.GroupBy(l => l.Table).Select(l => $"{l.Key} {l.Max(one => one.Mode)}").Order(StringComparer.Ordinal),
    ];

    private static async Task<ImmutableArray<TableLock>> LocksAsync(
        NpgsqlConnection connection,
        int backend,
        ImmutableDictionary<uint, (TableName Name, uint? File, TableName Own)> before,
        CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            $"SELECT relation, mode FROM pg_locks WHERE pid = {backend} AND locktype = 'relation' AND granted", cancellationToken);
        return
        [
            .. rows.Where(row => before.ContainsKey((uint)row[0]!)).Select(row => new TableLock(
                before[(uint)row[0]!].Name, Enum.Parse<LockMode>(((string)row[1]!).Replace("Lock", "", StringComparison.Ordinal)))),
        ];
    }

    private static async Task<ImmutableDictionary<uint, (TableName Name, uint? File, TableName Own)>> RelationsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(RootsSql, cancellationToken);
        return rows.ToImmutableDictionary(
            row => (uint)row[0]!, row => (new TableName(new((string)row[1]!), new((string)row[2]!)), (uint?)row[3], new TableName(new((string)row[4]!), new((string)row[5]!))));
    }

    private static Task<long> ReadRowsAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.ScalarAsync<long>(
        "SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::bigint FROM pg_stat_xact_user_tables WHERE schemaname <> 'lockkeeper'",
        cancellationToken);
}
