using System.Globalization;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.State;
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

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    public async Task RunAsync(StatementStage stage, int number, CancellationToken cancellationToken)
    {
        var pauses = new Backoff(context.Options.LockTimeout * 2, LongestPause, context.Random);
        var since = context.Time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await AttemptAsync(stage, number, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException e) when (TransientErrors.IsWorthRetrying(e.SqlState))
            {
                var waited = context.Time.GetElapsedTime(since);
                if (stage.Step.BuildsIndex is null ? waited >= context.Options.LockPatience : attempt >= MostAttempts)
                {
                    throw Failures.LockNotObtained(waited, [], MigrationOutcome.Resumable, e);
                }

                context.Progress?.Report(new MigrationEvent.LockAwaited([], attempt, waited));
                await Task.Delay(pauses.PauseAfter(attempt), context.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException e) when (!TransientErrors.IsConnectionLoss(e))
            {
                throw Failure(stage.Step, e);
            }
        }
    }

    private static MigrationException Failure(Step step, PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.UniqueViolation => Failures.Duplicates(step, e, MigrationOutcome.Resumable),
        _ when e.SqlState.StartsWith("23", StringComparison.Ordinal) => Failures.RowsViolate(step, e, MigrationOutcome.Resumable),
        _ => Failures.StepRefused(step, e, MigrationOutcome.Resumable),
    };

    private async Task AttemptAsync(StatementStage stage, int number, CancellationToken cancellationToken)
    {
        var connection = await context.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            if (stage.Step.BuildsIndex is not { } index)
            {
                await RunAsync(connection, Timeouts(context.Options.LockTimeout), cancellationToken).ConfigureAwait(false);
                await RunAsync(connection, stage.Step.Sql, cancellationToken).ConfigureAwait(false);
            }
            else if (await IsValidAsync(connection, index, cancellationToken).ConfigureAwait(false) != true)
            {
                // Its waiting for old snapshots counts as waiting for a lock, but stops nobody: it may take as long as it takes.
                await RunAsync(connection, Timeouts(TimeSpan.Zero), cancellationToken).ConfigureAwait(false);
                await RunAsync(connection, $"DROP INDEX CONCURRENTLY IF EXISTS {index}", cancellationToken).ConfigureAwait(false);
                await BuildAsync(connection, stage.Step, index, cancellationToken).ConfigureAwait(false);
            }

            await connection.ExecuteAsync(
                MigrationStore.RecordSql,
                MigrationStore.RecordOf(context.MigrationId, context.Verb, number, stage.Title),
                cancellationToken).ConfigureAwait(false);
        }
    }

    // An index that failed is of no use to anybody, and would be maintained by every write.
    private static async Task BuildAsync(
        NpgsqlConnection connection, Step step, TableName index, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(connection, step.Sql, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (!TransientErrors.IsConnectionLoss(e))
        {
            await RunAsync(connection, $"DROP INDEX CONCURRENTLY IF EXISTS {index}", cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<bool?> IsValidAsync(NpgsqlConnection connection, TableName index, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            "SELECT indisvalid AND indisready FROM pg_catalog.pg_index WHERE indexrelid = to_regclass($1)",
            [new() { Value = index.ToString() }], row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false);
        return rows is [var valid] ? valid : null;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(sql) }, Timeout = 0 };
        await using (batch.ConfigureAwait(false))
        {
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // A limit that the role or the database sets for everyday statements would end this one after all its work.
    private static string Timeouts(TimeSpan lockTimeout) => string.Create(
        CultureInfo.InvariantCulture,
        $"SELECT set_config('lock_timeout', '{(long)lockTimeout.TotalMilliseconds}', false), set_config('statement_timeout', '0', false)");
}
