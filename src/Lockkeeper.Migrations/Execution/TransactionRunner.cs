using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Runs a stage's statements in one short transaction, together with the record that they were run.</summary>
/// <remarks>
/// 1. Before asking for a lock it looks: while a transaction holds one of the tables for longer than <c>lock_timeout</c>, asking would only make others
///    queue behind us (pg_ha_migrations does likewise). It does not look forever, because on a busy table there is always somebody. An
///    autovacuum is made to give way (<see cref="AutovacuumNudge"/>).
/// 2. What the stage puts back is compared with what is there (<see cref="CarriedGuard"/>).
/// 3. It makes sure that no transaction of a killed run can still do the stage (<see cref="StageFence"/>).
/// 4. It takes the locks in one order, views first and then tables, as clients do. The first is waited for under <c>lock_timeout</c>, the others
///    within <see cref="LockBudget"/>.
/// 5. It sends all statements, the record and COMMIT in one round trip: the locks are held for as long as the server needs, and no longer.
/// 6. When a lock cannot be had, everything is released, and tried again after a pause with jitter.
/// </remarks>
internal sealed class TransactionRunner(RunContext context)
{
    private static readonly TimeSpan LookPoll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    // A client that vanished behind a cut network must not leave its locks to the server's TCP timers, which take hours.
    private const string EndSoonWhenAbandoned = "SET LOCAL idle_in_transaction_session_timeout = '5s'";

    // Compiling a query of catalogs takes many times as long as running it, and clients wait meanwhile.
    private const string WithoutCompiling = "SET LOCAL jit = off";

    public async Task RunAsync(TransactionStage stage, int number, CancellationToken cancellationToken)
    {
        var retry = new LockRetry(context, stage.Title);
        while (true)
        {
            await LookAsync(stage, retry, cancellationToken).ConfigureAwait(false);
            var since = context.Time.GetTimestamp();
            var refusal = await AttemptAsync(stage, number, retry.Attempt, cancellationToken).ConfigureAwait(false);
            if (refusal is null)
            {
                return;
            }

            var queued = context.Time.GetElapsedTime(since);
            var holders = await HoldersAsync(stage, cancellationToken).ConfigureAwait(false);
            await retry.PauseAsync(queued, holders, refusal, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(TransactionStage stage, LockRetry retry, CancellationToken cancellationToken)
    {
        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await SessionLimits.LiftAsync(connection, cancellationToken).ConfigureAwait(false);
        await AutovacuumNudge.GiveAsync(connection, stage.Locks, cancellationToken).ConfigureAwait(false);
        var lookedSince = context.Time.GetTimestamp();
        while (context.Time.GetElapsedTime(lookedSince) < LongestLook && retry.HasPatience)
        {
            var holders = await LockHolders.ReadAsync(connection, stage.Locks, context.Options.LockTimeout, cancellationToken)
                .ConfigureAwait(false);
            if (holders.IsEmpty)
            {
                return;
            }

            context.Progress?.Report(new MigrationEvent.LockAwaited(holders, retry.Attempt - 1, retry.Waited));
            await Task.Delay(LookPoll, context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ImmutableArray<LockHolder>> HoldersAsync(TransactionStage stage, CancellationToken cancellationToken)
    {
        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await LockHolders.ReadAsync(connection, stage.Locks, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One attempt. Gives the refusal when a lock could not be had, and null when the transaction is committed.</summary>
    private async Task<Exception?> AttemptAsync(
        TransactionStage stage, int number, int attempt, CancellationToken cancellationToken)
    {
        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var deadlockTimeout = await DeadlockTimeout.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        var budget = new LockBudget(context.Options.LockTimeout, deadlockTimeout, attempt, context.Time);
        var kinds = await RelationKinds.ReadAsync(connection, stage.Locks, cancellationToken).ConfigureAwait(false);
        await SessionLimits.LiftAsync(connection, cancellationToken).ConfigureAwait(false);
        try
        {
            var (guard, changes) = await CarriedGuard.ReadAsync(connection, stage, context.Options.LockTimeout, cancellationToken).ConfigureAwait(false);
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
            await using var __ = transaction.ConfigureAwait(false);
            await SendAsync(connection, transaction, [EndSoonWhenAbandoned, WithoutCompiling, SetLockTimeout(budget.Next())], cancellationToken)
                .ConfigureAwait(false);
            if (await StageFence.IsDoneInTransactionAsync(connection, context, number, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            CarriedGuard.Refuse(changes, MigrationOutcome.Resumable);
            var early = await LockViewsAsync(connection, transaction, stage, kinds, budget, cancellationToken).ConfigureAwait(false);
            await LockTablesAsync(connection, transaction, stage, kinds, budget, cancellationToken).ConfigureAwait(false);
            ImmutableArray<Step> steps = guard is null ? stage.Steps[early..] : [guard, .. stage.Steps[early..]];
            await RunStepsAsync(connection, transaction, stage, steps, number, budget, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (PostgresException e) when (TransientErrors.IsWorthRetrying(e.SqlState))
        {
            return e;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return e;
        }
    }

    /// <summary>Runs the statements at the front that lock views and nothing else, most by dropping them, and says how many they were.</summary>
    /// <remarks>LOCK TABLE on a view would lock its tables too (manual, LOCK).</remarks>
    private async Task<int> LockViewsAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        TransactionStage stage,
        RelationKinds kinds,
        LockBudget budget,
        CancellationToken cancellationToken)
    {
        // Up to the first that drops what is locked by then: what that is may have to be looked at before.
        var locked = new HashSet<TableName>();
        var early = stage.Steps
            .TakeWhile(step => !step.Locks.IsEmpty && step.Locks.All(l => kinds.IsView(l.Table) && locked.Add(l.Table))).ToArray();
        if (early.Length == 0)
        {
            return 0;
        }

        // There may be hundreds, and a round trip for each would use up the time that is left for the tables. All of them together
        // get the whole budget: lock_timeout alone would start anew with each.
        var longest = budget.Next();
        budget.Acquired();
        using var limit = new CancellationTokenSource(longest, context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        await SendAsync(connection, transaction, [SetLockTimeout(longest)], cancellationToken).ConfigureAwait(false);
        await SendStepsAsync(connection, transaction, early, both.Token).ConfigureAwait(false);
        return early.Length;
    }

    private static async Task LockTablesAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        TransactionStage stage,
        RelationKinds kinds,
        LockBudget budget,
        CancellationToken cancellationToken)
    {
        foreach (var wanted in stage.Locks.Where(l => l.Mode > LockMode.RowExclusive && kinds.IsTable(l.Table)))
        {
            await SendAsync(connection, transaction, [SetLockTimeout(budget.Next())], cancellationToken).ConfigureAwait(false);
            var step = new Step($"LOCK TABLE {wanted.Table} IN {Words(wanted.Mode)} MODE", [wanted], "the lock that later statements need");
            await SendStepsAsync(connection, transaction, [step], cancellationToken).ConfigureAwait(false);
            budget.Acquired();
        }
    }

    private async Task RunStepsAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        TransactionStage stage,
        ImmutableArray<Step> steps,
        int number,
        LockBudget budget,
        CancellationToken cancellationToken)
    {
        await SendAsync(connection, transaction, [SetLockTimeout(budget.Next())], cancellationToken).ConfigureAwait(false);
        var record = new NpgsqlBatchCommand(MigrationStore.RecordSql);
        record.Parameters.AddRange(MigrationStore.RecordOf(context.MigrationId, context.Verb, number, stage.Title));
        await SendStepsAsync(
            connection, transaction, steps, cancellationToken, record, new NpgsqlBatchCommand("COMMIT")).ConfigureAwait(false);
    }

    private static async Task SendStepsAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IReadOnlyList<Step> steps,
        CancellationToken cancellationToken,
        params IEnumerable<NpgsqlBatchCommand> last)
    {
        var batch = new NpgsqlBatch(connection, transaction);
        await using var _ = batch.ConfigureAwait(false);
        foreach (var command in steps.Select(step => new NpgsqlBatchCommand(step.Sql)).Concat(last))
        {
            batch.BatchCommands.Add(command);
        }

        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!TransientErrors.IsWorthRetrying(e.SqlState) && !TransientErrors.IsConnectionLoss(e))
        {
            var place = e.BatchCommand is NpgsqlBatchCommand command ? batch.BatchCommands.IndexOf(command) : -1;
            throw Failures.StepOfTransactionRefused(steps.ElementAtOrDefault(place)?.Sql ?? "COMMIT", e);
        }
    }

    private static async Task SendAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection, transaction);
        await using (batch.ConfigureAwait(false))
        {
            foreach (var statement in statements)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
            }

            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static string SetLockTimeout(TimeSpan timeout) =>
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {Math.Max(1, (long)timeout.TotalMilliseconds)}");

    // AccessExclusive is ACCESS EXCLUSIVE in SQL.
    private static string Words(LockMode mode) =>
        string.Concat(mode.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : $"{c}")).ToUpperInvariant();
}
