using Lockkeeper.Backfill.Execution;
using Lockkeeper.Backfill.State;
using Lockkeeper.Backfill.Verification;
using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Backfill;

/// <summary>Fills columns of every row of a live table, in short transactions that clients hardly notice.</summary>
/// <param name="dataSource">Where the table is. Each worker takes a connection of its own, which must keep its session (no transaction pooling).</param>
/// <param name="options">How to work.</param>
/// <param name="time">The clock for pauses and durations; leases go by the server's clock.</param>
/// <param name="logs">Where to log, under numbers 2000 to 2099.</param>
public sealed class Backfiller(
    NpgsqlDataSource dataSource, BackfillOptions options, TimeProvider time, ILoggerFactory logs)
{
    private readonly ILogger _logger = logs.CreateLogger<Backfiller>();

    /// <summary>Starts a job, or continues the one of this name exactly where it stopped, and returns when every row is filled and checked.</summary>
    /// <param name="job">What to fill. Its columns, marker and trigger must be committed.</param>
    /// <param name="progress">Told how far it is, at most ten times a second, one call at a time.</param>
    /// <param name="cancellationToken">Stops within one chunk. What is filled stays filled; calling again continues.</param>
    /// <remarks>
    /// Takes RowExclusive on one leaf per worker and at most one chunk's row locks, each for less than <c>deadlock_timeout</c>.
    /// Safe to call from several processes at once: they share the work.
    /// </remarks>
    /// <exception cref="BackfillException">It cannot begin or go on; says why, what is now true and what to do.</exception>
    public async Task<BackfillReport> RunAsync(
        BackfillJob job, IProgress<BackfillProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (options.Problems() is { IsEmpty: false } problems)
        {
            throw BackfillException.BadOptions(problems);
        }

        using var activity = Telemetry.StartRun(job);
        try
        {
            return await RunAsync(NewRun(job, progress), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            throw BackfillException.Refused(job.Table, e);
        }
    }

    /// <summary>Forgets a job, so that its name is free again. Touches no table of the user. Safe to call for a job that is not there.</summary>
    /// <param name="jobName">The job's name.</param>
    /// <param name="cancellationToken">Leaves the job as it was.</param>
    public async Task DeleteAsync(string jobName, CancellationToken cancellationToken = default)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await connection.ExecuteAsync(
            "DELETE FROM lockkeeper.backfills WHERE name = $1", [new() { Value = jobName }], cancellationToken)
            .ConfigureAwait(false);
    }

    private BackfillRun NewRun(BackfillJob job, IProgress<BackfillProgress>? progress)
    {
        var board = new ProgressBoard(progress, time);
        return new BackfillRun
        {
            DataSource = dataSource,
            Job = job,
            Options = options,
            Time = time,
            Logger = _logger,
            Jobs = new JobStore(dataSource, job),
            Growth = new GrowthWatch(dataSource, job.Name, board, time),
            Board = board,
            Watch = new BlockerWatch(dataSource, board, time, _logger),
        };
    }

    /// <remarks>
    /// 1. The job is recorded.
    /// 2. The ranges are brought into line with the table's leaves: made, on a first run. Workers fill them; again until no range is left, for a
    ///    partition may have been attached meanwhile.
    /// 3. What was filled is made durable, and the table is read once to see that no row is marked. If one is, and the server's list of ranges
    ///    has open ones again, then the server went back in time since they were filled: it crashed before it had flushed the last chunks, or a
    ///    standby took over that had not received them. Rows and cursor of a chunk are lost together, so 2 continues where the server now stands.
    /// 4. The job is recorded as finished.
    /// </remarks>
    private async Task<BackfillReport> RunAsync(BackfillRun run, CancellationToken cancellationToken)
    {
        var attempts = new Attempts(options, time, _logger, NewRandom(0));
        await attempts.RunAsync(run.Jobs.RegisterAsync, cancellationToken).ConfigureAwait(false);
        var silent = true;
        var totals = await PlanAsync(run, attempts, cancellationToken).ConfigureAwait(false);
        PendingRows? pending;
        do
        {
            while (totals.RangesLeft > 0)
            {
                silent &= await FillAsync(run, totals, cancellationToken).ConfigureAwait(false);
                totals = await PlanAsync(run, attempts, cancellationToken).ConfigureAwait(false);
            }

            await attempts.RunAsync(run.Jobs.SettleAsync, cancellationToken).ConfigureAwait(false);
            pending = await attempts.RunAsync(new PendingRowCheck(run).RunAsync, cancellationToken).ConfigureAwait(false);
            totals = pending is null ? totals : await PlanAsync(run, attempts, cancellationToken).ConfigureAwait(false);
        }
        while (totals.RangesLeft > 0);

        if (pending is not null)
        {
            throw BackfillException.StillPending(pending);
        }

        await attempts.RunAsync(run.Jobs.FinishAsync, cancellationToken).ConfigureAwait(false);
        return Report(run, totals, silent);
    }

    private async Task<Totals> PlanAsync(BackfillRun run, Attempts attempts, CancellationToken cancellationToken)
    {
        var changes = await attempts.RunAsync(run.Jobs.ReconcileAsync, cancellationToken).ConfigureAwait(false);
        if (!changes.IsNone)
        {
            _logger.Planned(run.Job.Name, changes.Missing.Length, changes.Rewritten);
        }

        var totals = await attempts.RunAsync(run.Jobs.ReadTotalsAsync, cancellationToken).ConfigureAwait(false);
        run.Board.Set(totals);
        await run.Growth.LookNowAsync(cancellationToken).ConfigureAwait(false);
        return totals;
    }

    /// <summary>Runs the workers until no range is left. The first that fails stops the others, within a chunk.</summary>
    private async Task<bool> FillAsync(BackfillRun run, Totals totals, CancellationToken cancellationToken)
    {
        var count = (int)Math.Min(options.Workers, totals.RangesLeft);
        _logger.Started(run.Job.Name, totals.BlocksDone, totals.BlocksTotal, count);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var silent = await Task.WhenAll(
            Enumerable.Range(1, count).Select(i => RunWorkerAsync(new Worker(run, NewRandom(i)), stop))).ConfigureAwait(false);
        if (silent.All(s => s))
        {
            return true;
        }

        _logger.UserTriggersFire();
        return false;
    }

    private static async Task<bool> RunWorkerAsync(Worker worker, CancellationTokenSource stop)
    {
        try
        {
            return await worker.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private BackfillReport Report(BackfillRun run, Totals totals, bool silent)
    {
        _logger.Finished(run.Job.Name, totals.Rows, totals.Chunks, run.Board.Elapsed.TotalMilliseconds);
        return new BackfillReport
        {
            Rows = totals.Rows,
            Blocks = totals.BlocksTotal,
            Chunks = totals.Chunks,
            Stripes = run.Board.Stripes,
            Growth = run.Board.Growth,
            Elapsed = run.Board.Elapsed,
            LockTimeouts = totals.LockTimeouts,
            StatementTimeouts = totals.StatementTimeouts,
            RowsRevisited = totals.RowsRevisited,
            Restarts = totals.Restarts,
            UserTriggersSilent = silent,
        };
    }

    // Only the lengths of pauses depend on it; workers shall not all come back at the same moment.
    private Random NewRandom(int worker) => new(unchecked((int)time.GetTimestamp() + worker));
}
