using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Finds out whom a worker waits for, by asking over another connection while it waits: afterwards nobody knows any more.</summary>
internal sealed class BlockerWatch(NpgsqlDataSource dataSource, ProgressBoard board, TimeProvider time, ILogger logger)
{
    // All connections of the pool may be the workers', and this one is let wait no longer than a person would not notice.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private const string Sql =
        """
        SELECT b.pid, coalesce(a.application_name, ''), coalesce(a.state, 'state not known'),
               coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8
        FROM unnest(pg_blocking_pids($1)) AS b (pid) LEFT JOIN pg_stat_activity AS a ON a.pid = b.pid
        ORDER BY a.xact_start NULLS LAST LIMIT 1
        """;

    /// <summary>Runs an attempt; if it still waits after half its lock timeout, looks for whom, and shows it until an attempt succeeds.</summary>
    public async Task<ChunkOutcome> AttemptAsync(
        WorkerSession session, TableName leaf, Func<Task<ChunkOutcome>> attempt, CancellationToken cancellationToken)
    {
        var running = attempt();
        var half = Task.Delay(session.Timeouts.Lock / 2, time, CancellationToken.None);
        if (await Task.WhenAny(running, half).ConfigureAwait(false) == half)
        {
            await ShowAsync(session.Backend.Pid, leaf, cancellationToken).ConfigureAwait(false);
        }

        var outcome = await running.ConfigureAwait(false);
        if (outcome is not ChunkOutcome.Locked)
        {
            board.WaitsFor(null);
        }

        return outcome;
    }

    private async Task ShowAsync(int waiter, TableName leaf, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var connection = await dataSource.OpenConnectionAsync(either.Token).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var waits = await connection.QueryAsync(
                Sql,
                [new() { Value = waiter }],
                row => new BackfillWait(
                    leaf, row.GetInt32(0), row.GetString(1), row.GetString(2), TimeSpan.FromSeconds(row.GetDouble(3))),
                either.Token).ConfigureAwait(false);
            if (waits.SingleOrDefault() is { } wait && board.WaitsFor(wait))
            {
                logger.Waiting(wait);
            }
        }
        catch (OperationCanceledException)
        {
            // Only the display suffers; should the run have been cancelled, the attempt says so itself.
        }
        catch (NpgsqlException e)
        {
            // Only the display suffers.
            logger.BlockerUnknown(e.SqlState ?? "no SQLSTATE");
        }
    }
}
