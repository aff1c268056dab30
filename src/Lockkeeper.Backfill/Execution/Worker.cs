using Lockkeeper.Backfill.State;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Claims one range after the other over one session until none is left.</summary>
internal sealed class Worker(BackfillRun run, Random random)
{
    // A leaf that vanishes is planned again and does not come back; a table that only the expression misses comes back every time.
    private const int MostLossesInARow = 5;

    private readonly Attempts _attempts = new(run.Options, run.Time, run.Logger, random);

    /// <returns>Whether users' triggers stayed silent.</returns>
    public Task<bool> RunAsync(CancellationToken cancellationToken) =>
        _attempts.RunAsync(RunOverOneSessionAsync, cancellationToken);

    private async Task<bool> RunOverOneSessionAsync(CancellationToken cancellationToken)
    {
        var session = await WorkerSession.OpenAsync(run, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var ranges = new RangeStore(session.Connection, session.Backend, run.Job.Name, run.Options.Lease);
        try
        {
            await RunAsync(session, ranges, cancellationToken).ConfigureAwait(false);
            return session.UserTriggersSilent;
        }
        finally
        {
            await ReleaseAsync(session, ranges).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(WorkerSession session, RangeStore ranges, CancellationToken cancellationToken)
    {
        var pass = new RangePass(run, session, ranges, _attempts);
        var losses = 0;
        while (await ClaimAsync(session, ranges, cancellationToken).ConfigureAwait(false) is { } range)
        {
            run.Logger.Claimed(range.Id, range.Next, range.End, range.Leaf);
            using var activity = Telemetry.StartRange(run.ReportedAs, range.Leaf.ToString(), range.Next, range.End);
            var result = await pass.RunAsync(range, cancellationToken).ConfigureAwait(false);
            losses = result is PassResult.Lost ? losses + 1 : 0;
            if (result is PassResult.Lost { Error: { } error } && losses >= MostLossesInARow)
            {
                throw error;
            }

            await LeaveAsync(session, ranges, range, result, cancellationToken).ConfigureAwait(false);
        }
    }

    // Also after an error or a cancellation: an idle connection in a pool keeps its backend alive, and with it the claim.
    private static async Task ReleaseAsync(WorkerSession session, RangeStore ranges)
    {
        try
        {
            if (session.Connection.State == System.Data.ConnectionState.Open)
            {
                await ranges.ReleaseAllAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (NpgsqlException)
        {
            // The claim ends with its lease, and what ended the worker is on its way already.
        }
    }

    /// <summary>The next range; nothing when all are done. While others work at the last ones it waits, to take over should they die.</summary>
    private async Task<ClaimedRange?> ClaimAsync(WorkerSession session, RangeStore ranges, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ranges.ClaimAsync(cancellationToken).ConfigureAwait(false) is { } range)
            {
                return range;
            }

            if (await ranges.CountLeftAsync(cancellationToken).ConfigureAwait(false) == 0)
            {
                return null;
            }

            if (await ranges.SplitAsync(cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            // A range whose leaf was dropped can be claimed by nobody.
            await run.Jobs.ReconcileAsync(session.Connection, cancellationToken).ConfigureAwait(false);
            await _attempts.PauseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LeaveAsync(
        WorkerSession session, RangeStore ranges, ClaimedRange range, PassResult result, CancellationToken cancellationToken)
    {
        await ranges.ReleaseAsync(range, cancellationToken).ConfigureAwait(false);
        switch (result)
        {
            case PassResult.RowsLeft:
                await _attempts.PauseAsync(cancellationToken).ConfigureAwait(false);
                break;
            case PassResult.Lost:
                await run.Jobs.ReconcileAsync(session.Connection, cancellationToken).ConfigureAwait(false);
                run.Board.Set(await run.Jobs.ReadTotalsAsync(session.Connection, cancellationToken).ConfigureAwait(false));
                break;
            default:
                _attempts.Succeeded();
                break;
        }
    }
}
