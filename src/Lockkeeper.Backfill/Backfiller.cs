using Lockkeeper.Backfill.Execution;
using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using Lockkeeper.Backfill.Steering;
using Lockkeeper.Backfill.Verification;
using Lockkeeper.Server.Running;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Backfill;

/// <summary>Fills columns of every row of a live table, in short transactions that clients hardly notice.</summary>
/// <param name="dataSource">
/// Where the table is. Each worker takes a connection of its own, and one more is taken to steer them; all must keep their session (no transaction
/// pooling). Where the pool has room for fewer, there are fewer workers.
/// </param>
/// <param name="options">How to work.</param>
/// <param name="time">The clock for pauses and durations; leases go by the server's clock.</param>
/// <param name="logs">Where to log, under numbers 2000 to 2099.</param>
public sealed class Backfiller(
    NpgsqlDataSource dataSource, BackfillOptions options, TimeProvider time, ILoggerFactory logs)
{
    // The first round does nearly all; each further one finds what clients wrote during the one before, which is less each time.
    private const int MostRounds = 4;

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
        CheckOptions();
        return await WatchedAsync(
            NewRun(job, progress), async run => await RunAsync(run, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Helps with a job that somebody has started, on this machine or another, and returns when no rows are left for it.</summary>
    /// <param name="jobName">The job's name.</param>
    /// <param name="progress">Told how far it is, at most ten times a second, one call at a time.</param>
    /// <param name="cancellationToken">Stops within one chunk; the others go on.</param>
    /// <returns>False when there is no such job to be joined: it is not known, done, or cancelled.</returns>
    /// <remarks>
    /// Fills rows as <see cref="RunAsync(BackfillJob, IProgress{BackfillProgress}?, CancellationToken)"/> does, in the pace and with the throttles that are
    /// recorded with the job. A job that belongs to a migration is checked and finished by whoever runs the migration; one with a condition is
    /// finished here as well.
    /// </remarks>
    /// <exception cref="BackfillException">It cannot go on; says why, what is now true and what to do.</exception>
    public async Task<bool> JoinAsync(
        string jobName, IProgress<BackfillProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckOptions();
        var register = new JobRegister(dataSource);
        if (await register.ReadAsync(jobName, cancellationToken).ConfigureAwait(false) is not { } job)
        {
            return false;
        }

        return await WatchedAsync(NewRun(job, progress), async run =>
        {
            await HelpAsync(run, register, cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
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

    private void CheckOptions()
    {
        var problems = options.Problems();
        problems = PoolRoom.Problem(dataSource, options.ConnectionsHeld) is { } problem ? problems.Add(problem) : problems;
        if (!problems.IsEmpty)
        {
            throw BackfillException.BadOptions(problems);
        }
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
            Gate = new Gate(time),
            ReportedAs = ReportedAs.Of(dataSource, job),
        };
    }

    private static async Task<T> WatchedAsync<T>(BackfillRun run, Func<BackfillRun, Task<T>> work)
    {
        using var activity = Telemetry.StartRun(run.ReportedAs);
        try
        {
            return await work(run).ConfigureAwait(false);
        }
        catch (PostgresException e)
        {
            Telemetry.Failed(activity, e);
            throw BackfillException.Refused(run.Job.Table, e);
        }
        catch (Exception e)
        {
            Telemetry.Failed(activity, e);
            throw;
        }
    }

    private async Task HelpAsync(BackfillRun run, JobRegister register, CancellationToken cancellationToken)
    {
        var attempts = new Attempts(options, time, _logger, NewRandom(0));
        var verify = await attempts.RunAsync(token => register.IsVerifiedAsync(run.Job.Name, token), cancellationToken).ConfigureAwait(false);
        run = await VerifyingAsync(run, verify, attempts, cancellationToken).ConfigureAwait(false);
        var helm = await Helm.StartAsync(run, cancellationToken).ConfigureAwait(false);
        await using var _ = helm.ConfigureAwait(false);
        var totals = await FillAllAsync(run, attempts, cancellationToken).ConfigureAwait(false);
        if (run.Job.IsPlain)
        {
            await FinishAsync(run, attempts, totals.Totals, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <remarks>
    /// 1. The job is recorded, and the helm taken: from here on the backfill can be steered, and throttles hold it.
    ///    Where an order is wished, rows are first updated in that order; what follows finds what was locked.
    /// 2. The ranges are brought into line with the table's leaves: made, on a first run. Workers fill them; again until no range is left, for a
    ///    partition may have been attached meanwhile.
    /// 3. What was filled is made durable, and the table is read once to see that no row is left. If one is, and the server's list of ranges
    ///    has open ones again, then the server went back in time since they were filled: it crashed before it had flushed the last chunks, or a
    ///    standby took over that had not received them. Rows and cursor of a chunk are lost together, so 2 continues where the server now stands.
    /// 4. Where that was asked for, the rows are compared with their expressions; those of a job with a condition were, as they were written.
    /// 5. The job is recorded as finished.
    /// </remarks>
    private async Task<BackfillReport> RunAsync(BackfillRun run, CancellationToken cancellationToken)
    {
        var attempts = new Attempts(options, time, _logger, NewRandom(0));
        var verify = await attempts.RunAsync(
            token => new JobRegister(dataSource).RegisterAsync(run.Job, options, token), cancellationToken).ConfigureAwait(false);
        run = await VerifyingAsync(run, verify, attempts, cancellationToken).ConfigureAwait(false);
        var helm = await Helm.StartAsync(run, cancellationToken).ConfigureAwait(false);
        await using var _ = helm.ConfigureAwait(false);
        if (run.Job.Order is { } order)
        {
            await attempts.RunAsync(token => new KeyPass(run, order).RunAsync(token), cancellationToken).ConfigureAwait(false);
        }

        var (totals, silent) = await FillAllAsync(run, attempts, cancellationToken).ConfigureAwait(false);
        return await FinishAsync(run, attempts, totals, cancellationToken).ConfigureAwait(false) with { UserTriggersSilent = silent && !run.Job.IsPlain };
    }

    private async Task<BackfillRun> VerifyingAsync(BackfillRun run, bool verify, Attempts attempts, CancellationToken cancellationToken) => run with
    {
        Verify = verify,
        Check = verify
            ? await attempts.RunAsync(token => Difference.OfStoredAsync(dataSource, run.Job, token), cancellationToken).ConfigureAwait(false)
            : null,
    };

    private async Task<(Totals Totals, bool Silent)> FillAllAsync(BackfillRun run, Attempts attempts, CancellationToken cancellationToken)
    {
        var silent = true;
        var totals = await PlanAsync(run, attempts, cancellationToken).ConfigureAwait(false);
        while (totals.RangesLeft > 0)
        {
            silent &= await FillAsync(run, totals, cancellationToken).ConfigureAwait(false);
            totals = await PlanAsync(run, attempts, cancellationToken).ConfigureAwait(false);
        }

        return (totals, silent);
    }

    private async Task<BackfillReport> FinishAsync(BackfillRun run, Attempts attempts, Totals totals, CancellationToken cancellationToken)
    {
        var (pending, round) = await CheckAsync(run, attempts, cancellationToken).ConfigureAwait(false);
        while (pending is not null && await IsWorthAnotherPassAsync(run, attempts, pending, round, cancellationToken).ConfigureAwait(false))
        {
            (totals, _) = await FillAllAsync(run, attempts, cancellationToken).ConfigureAwait(false);
            (pending, round) = await CheckAsync(run, attempts, cancellationToken).ConfigureAwait(false);
        }

        if (pending is not null && !run.Job.IsPlain)
        {
            throw BackfillException.StillPending(pending);
        }

        var compared = run.Job.IsPlain ? (run.Check is null ? null : totals.Rows)
            : run.Verify ? await attempts.RunAsync(new ValueCheck(run).RunAsync, cancellationToken).ConfigureAwait(false)
            : (long?)null;
        await attempts.RunAsync(run.Jobs.FinishAsync, cancellationToken).ConfigureAwait(false);
        return Report(run, totals) with { RowsLeft = pending?.Count ?? 0, RowsCompared = compared };
    }

    private static async Task<(PendingRows? Pending, int Round)> CheckAsync(
        BackfillRun run, Attempts attempts, CancellationToken cancellationToken)
    {
        var round = await attempts.RunAsync(run.Jobs.ReadRoundAsync, cancellationToken).ConfigureAwait(false);
        await attempts.RunAsync(run.Jobs.SettleAsync, cancellationToken).ConfigureAwait(false);
        return (await attempts.RunAsync(new PendingRowCheck(run).RunAsync, cancellationToken).ConfigureAwait(false), round);
    }

    // With a marker, rows are left only if the server went back in time. With a condition, clients may have written rows that need it, or have moved one
    // that did to where the pass had been already: those are looked for a bounded number of times, so that it ends whatever clients write.
    private async Task<bool> IsWorthAnotherPassAsync(
        BackfillRun run, Attempts attempts, PendingRows pending, int round, CancellationToken cancellationToken)
    {
        if (!run.Job.IsPlain)
        {
            return (await PlanAsync(run, attempts, cancellationToken).ConfigureAwait(false)).RangesLeft > 0;
        }

        _logger.AnotherRound(run.Job.Name, pending.Count);
        return await attempts.RunAsync(token => run.Jobs.BeginRoundAsync(round, MostRounds, token), cancellationToken).ConfigureAwait(false);
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
        var count = RangePlanner.WorkersFor(PoolRoom.MostWorkers(dataSource, options), totals.RangesLeft, totals.BlocksTotal - totals.BlocksDone);
        _logger.Started(run.Job.Name, totals.BlocksDone, totals.BlocksTotal, count);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var silent = await Task.WhenAll(
            Enumerable.Range(1, count).Select(i => RunWorkerAsync(new Worker(run, NewRandom(i)), stop))).ConfigureAwait(false);
        if (run.Job.IsPlain || silent.All(s => s))
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

    private BackfillReport Report(BackfillRun run, Totals totals)
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
            UserTriggersSilent = true,
        };
    }

    // Only the lengths of pauses depend on it; workers shall not all come back at the same moment.
    private Random NewRandom(int worker) => new(unchecked((int)time.GetTimestamp() + worker));
}
