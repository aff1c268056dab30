using System.Collections.Immutable;
using System.Data;
using System.Globalization;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Runs a unit in a transaction of its own, and again as a whole when the server undid it.</summary>
internal sealed class OwnTransaction(BulkWriteOptions options, TimeProvider time, ILogger logger)
{
    // The next attempt meets the same crowd; a short, random pause lets the other side end first.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public async Task<(ImmutableArray<ChangeReport> Changes, int Retries)> RunAsync(
        PreparedUnit unit, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Only the lengths of pauses depend on it.
        var backoff = new Backoff(FirstPause, LongestPause, new Random(unchecked((int)time.GetTimestamp() + connection.ProcessID)));
        for (var retries = 0; ; retries++)
        {
            var (done, refused, step) = await TryAsync(unit, connection, retries, cancellationToken).ConfigureAwait(false);
            if (refused is null)
            {
                return (done, retries);
            }

            if (!RetryRule.RunsAgain(refused.SqlState, retries, options.Retries, unit.IsReplayable))
            {
                var row = await new ViolatingRow(unit, refused, step).FindAsync(connection, cancellationToken).ConfigureAwait(false)
                    ?? await new UnfitRow(unit, refused, step).FindAsync(connection, cancellationToken).ConfigureAwait(false);
                throw Failures.Of(refused, step, owned: true, retries, row);
            }

            var pause = backoff.PauseAfter(retries + 1);
            Telemetry.RunAgain(refused.SqlState);
            logger.RunAgain(refused.SqlState, step?.Table, retries + 1, pause.TotalMilliseconds);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One attempt. Where the server refused it, the transaction has been rolled back by the time that this says so.</summary>
    private async Task<(ImmutableArray<ChangeReport> Changes, PostgresException? Refused, PlannedStep? Step)> TryAsync(
        PreparedUnit unit, NpgsqlConnection connection, int retries, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var run = unit.NewRun(connection, transaction);
            try
            {
                await LimitAsync(connection, cancellationToken).ConfigureAwait(false);
                return (await run.RunAsync(commits: true, options.Recorder?.Begin(), cancellationToken).ConfigureAwait(false), null, null);
            }
            catch (PostgresException refused) when (!TransientErrors.IsConnectionLoss(refused))
            {
                // Deferred constraints are checked by the commit. The server says so itself, so the outcome is known.
                return ([], refused, run.Current);
            }
            catch (Exception lost) when (run.IsCommitting && IsUncertain(lost))
            {
                throw BulkWriteException.OutcomeUnknown(lost);
            }
            catch (Exception failure) when (Failures.IsOfServer(failure))
            {
                throw Failures.Of(failure, run.Current, owned: true, retries);
            }
        }
    }

    // A statement that was cancelled is an error of the server's, behind which it skips the commit.
    private static bool IsUncertain(Exception failure) =>
        Failures.IsOfServer(failure) || failure is OperationCanceledException { InnerException: not PostgresException };

    private Task LimitAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => options.StatementTimeout == TimeSpan.Zero
        ? Task.CompletedTask
        : connection.ExecuteAsync(
            "SELECT set_config('statement_timeout', $1, true)",
            [new NpgsqlParameter<string> { TypedValue = ((long)options.StatementTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) }],
            cancellationToken);
}
