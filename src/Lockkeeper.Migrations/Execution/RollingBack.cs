using System.Collections.Immutable;
using System.Data;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Reading;
using Lockkeeper.Migrations.State;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Undoes the stages of a start that are done, and takes the migration out of the history.</summary>
internal static class RollingBack
{
    public static async Task<MigrationReport> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var record = context.Record;
        var done = await BeginAsync(context.Lock, record, cancellationToken).ConfigureAwait(false);
        var runner = await context.RunAsync(Verb.Rollback, UndoOfStart.Of(record.Plan!, done), cancellationToken).ConfigureAwait(false);
        await context.ForgetBackfillsAsync(cancellationToken).ConfigureAwait(false);
        var connection = await context.Lock.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var now = await context.Door.ReadSchemaAsync(connection, cancellationToken).ConfigureAwait(false);
        var made = await MigrationStore.MadeAsync(connection, record.Id, cancellationToken).ConfigureAwait(false);
        var left = await MadeReader.LeftAsync(connection, made.Values, cancellationToken).ConfigureAwait(false);
        await MigrationStore.DeleteAsync(connection, record.Id, cancellationToken).ConfigureAwait(false);
        return context.Report(MigrationState.None, record.PreviousVersion, runner) with
        {
            Notes = [.. left, .. Unknown(record.Plan!, done, made)],
            Drift = context.DriftOf(record.Plan!.After is null ? null : record.Before, now),
        };
    }

    private static IEnumerable<string> Unknown(MigrationPlan plan, ImmutableHashSet<int> done, ImmutableDictionary<int, MadeObjects> made) =>
        plan.Start.Where((stage, i) => stage is UserSqlStage { Down: null } && done.Contains(i + 1) && !made.ContainsKey(i + 1))
            .Select(_ => "The migration's SQL ran outside of a transaction, where nobody can tell what it made: that stays.").Distinct();

    /// <summary>Decides that the migration is rolled back, and gives the stages of its start that are done.</summary>
    /// <remarks>
    /// A completion that failed before its first change, because rows violate a constraint, may still be rolled back. The row's lock is had
    /// only when no transaction of a killed run can do a stage any more: what the journal says then is final.
    /// </remarks>
    private static async Task<ImmutableHashSet<int>> BeginAsync(RunLock run, MigrationRecord record, CancellationToken cancellationToken)
    {
        var connection = await run.ConnectionAsync(cancellationToken).ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        await MigrationStore.LockInTransactionAsync(connection, record.Id, cancellationToken).ConfigureAwait(false);
        var completed = await MigrationStore.DoneAsync(connection, record.Id, Verb.Complete, cancellationToken).ConfigureAwait(false);
        if (completed.Any(number => record.Plan!.Complete[number - 1] is not StatementStage))
        {
            throw Failures.WrongState(record.Name, MigrationState.Completing, "roll back");
        }

        var started = await MigrationStore.DoneAsync(connection, record.Id, Verb.Start, cancellationToken).ConfigureAwait(false);
        await VersionGuard.RefuseUsersAsync(
            connection, record.VersionSchema, UndoOfStart.Of(record.Plan!, started), cancellationToken).ConfigureAwait(false);
        await MigrationStore.SetStateAsync(connection, record.Id, MigrationState.RollingBack, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return started;
    }
}
