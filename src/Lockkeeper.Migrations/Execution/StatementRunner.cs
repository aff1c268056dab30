using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Runs one long statement outside a transaction, and records it. Interrupted, it is run again, and what it left is cleared away first.</summary>
internal sealed class StatementRunner(RunContext context)
{
    // An index build that was cancelled by the server for whatever passing reason.
    private const int MostAttempts = 5;

    // A failure is not to be kept back for long by the search for what else to say about it.
    private const string LookForOffenders = "SET statement_timeout = '20s'";

    public async Task RunAsync(StatementStage stage, int number, CancellationToken cancellationToken)
    {
        try
        {
            await new LockRetry(context, stage.Title, stage.Step.BuildsIndex is null ? null : MostAttempts)
                .RunAsync(() => AttemptAsync(stage, number, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!TransientErrors.IsConnectionLoss(e))
        {
            throw Failure(stage.Step, e, await OffendersAsync(stage.Step, e, cancellationToken).ConfigureAwait(false));
        }
    }

    private static MigrationException Failure(Step step, PostgresException e, ImmutableArray<string> offenders) => e.SqlState switch
    {
        PostgresErrorCodes.UniqueViolation => Failures.Duplicates(step, e, MigrationOutcome.Resumable, offenders),
        _ when IsAboutRows(e) => Failures.RowsViolate(step, e, MigrationOutcome.Resumable, offenders),
        _ => Failures.StepRefused(step.Sql, e, MigrationOutcome.Resumable),
    };

    private static bool IsAboutRows(PostgresException e) => e.SqlState.StartsWith("23", StringComparison.Ordinal);

    // The server names one row at best. What is found here only makes the message better: when it cannot be had, the failure is told without it.
    private async Task<ImmutableArray<string>> OffendersAsync(Step step, PostgresException e, CancellationToken cancellationToken)
    {
        if (step.Offenders is null || !IsAboutRows(e))
        {
            return [];
        }

        try
        {
            var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await RunAsync(connection, LookForOffenders, cancellationToken).ConfigureAwait(false);
                var rows = await connection.QueryAsync(step.Offenders, [], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
                return [.. rows];
            }
        }
        catch (NpgsqlException)
        {
            return [];
        }
    }

    private async Task AttemptAsync(StatementStage stage, int number, CancellationToken cancellationToken)
    {
        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await SessionLimits.LiftAsync(connection, cancellationToken).ConfigureAwait(false);
            if (stage.Step.BuildsIndex is { } index)
            {
                await BuildAsync(connection, stage.Step, index, cancellationToken).ConfigureAwait(false);
            }
            else if (stage.Step.DropsIndex is { } unused)
            {
                await DropAsync(connection, stage.Step, unused, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await RunAsync(connection, await LockTimeoutAsync(connection, stage.Step, cancellationToken).ConfigureAwait(false), cancellationToken)
                    .ConfigureAwait(false);
                await RunAsync(connection, stage.Step.Sql, cancellationToken).ConfigureAwait(false);
            }

            await connection.ExecuteAsync(
                MigrationStore.RecordSql,
                MigrationStore.RecordOf(context.MigrationId, context.Verb, number, stage.Title),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task BuildAsync(
        NpgsqlConnection connection, Step step, TableName index, CancellationToken cancellationToken)
    {
        // Its waiting for old snapshots counts as waiting for a lock, but stops nobody: it may take as long as it takes.
        await RunAsync(connection, LockTimeout(TimeSpan.Zero), cancellationToken).ConfigureAwait(false);
        var built = new IndexState(step.Locks[0].Table, index);
        await built.DropFailedAsync(connection, cancellationToken).ConfigureAwait(false);
        if (await built.IsBuiltAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await RunAsync(connection, step.Sql, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!TransientErrors.IsConnectionLoss(e))
        {
            await built.DropFailedAsync(connection, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task DropAsync(
        NpgsqlConnection connection, Step step, TableName index, CancellationToken cancellationToken)
    {
        // As with a build, it waits for transactions that may use the index, and stops nobody meanwhile.
        await RunAsync(connection, LockTimeout(TimeSpan.Zero), cancellationToken).ConfigureAwait(false);
        if (await new IndexState(step.Locks[0].Table, index).IsThereAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            await RunAsync(connection, step.Sql, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(sql) }, Timeout = 0 };
        await using (batch.ConfigureAwait(false))
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // Behind a wait for SHARE UPDATE EXCLUSIVE no reader and no writer queues, and so it may last until an autovacuum gives way.
    private async Task<string> LockTimeoutAsync(NpgsqlConnection connection, Step step, CancellationToken cancellationToken)
    {
        if (step.StrongestLock != LockMode.ShareUpdateExclusive)
        {
            return LockTimeout(context.Options.LockTimeout);
        }

        var untilAutovacuumGivesWay = await DeadlockTimeout.ReadAsync(connection, cancellationToken).ConfigureAwait(false) * 2;
        return LockTimeout(untilAutovacuumGivesWay > context.Options.LockTimeout ? untilAutovacuumGivesWay : context.Options.LockTimeout);
    }

    private static string LockTimeout(TimeSpan timeout) =>
        string.Create(CultureInfo.InvariantCulture, $"SET lock_timeout = {(long)timeout.TotalMilliseconds}");
}
