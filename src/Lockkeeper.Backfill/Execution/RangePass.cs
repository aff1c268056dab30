using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Takes one claimed range as far as it goes: its blocks chunk by chunk, or, when they are behind, the rows that were skipped.</summary>
internal sealed class RangePass(
    BackfillRun run, WorkerSession session, RangeStore ranges, Attempts attempts)
{
    // Each kind of pass finds other numbers of rows to fill in a block, and so has a size of its own.
    private readonly ChunkSizer _whole = new(() => run.Gate.TargetFor(session.Timeouts));
    private readonly ChunkSizer _rest = new(() => run.Gate.TargetFor(session.Timeouts));
    private readonly StripePass _stripes = new(run, session.Connection, new ChunkSizer(() => run.Gate.TargetFor(session.Timeouts)));
    private readonly RowVisitor _visitor = new(run, session, ranges);

    public Task<PassResult> RunAsync(ClaimedRange range, CancellationToken cancellationToken)
    {
        var statement = new ChunkStatement(range.Leaf, run.Job, run.MarksWithNull(range), run.Check);
        var runner = new ChunkRunner(run, session, range, statement);
        return range.HasOnlySkippedRowsLeft
            ? VisitSkippedAsync(range, runner, cancellationToken)
            : FillBlocksAsync(range, runner, cancellationToken);
    }

    /// <remarks>
    /// 0. Group by group: most rows in stripes, where that pays. What follows then finds only the rest.
    /// 1. Fill a chunk, waiting for each lock up to the lock timeout.
    /// 2. If a lock is not obtained: the same chunk without the locked rows; its blocks are recorded, for the rows to be visited later.
    /// 3. If even that is not obtained, the table itself is locked: pause, holding nothing, and try again.
    /// 4. If the chunk takes too long, or a row of it is refused: half of it. A chunk of one block: its rows one by one, which
    ///    finds the refused row and throws.
    /// </remarks>
    private async Task<PassResult> FillBlocksAsync(
        ClaimedRange range, ChunkRunner runner, CancellationToken cancellationToken)
    {
        var (groupEnd, striped) = (range.Next, false);
        while (!range.HasOnlySkippedRowsLeft)
        {
            if (range.Next >= groupEnd)
            {
                // A worker without work may have taken the second half.
                range = range with { End = await ranges.ReadEndAsync(range, cancellationToken).ConfigureAwait(false) ?? range.End };
                if (range.HasOnlySkippedRowsLeft)
                {
                    break;
                }

                (groupEnd, striped, var lostGroup) = await _stripes.RunAsync(range, runner, cancellationToken).ConfigureAwait(false);
                if (lostGroup is not null)
                {
                    return new PassResult.Lost(lostGroup.Error);
                }
            }

            var sizer = striped ? _rest : _whole;
            var chunk = range.NextChunk(sizer.Blocks, striped || _stripes.IsTrial ? groupEnd : range.End);
            switch (await FillAsync(range, runner, chunk, cancellationToken).ConfigureAwait(false))
            {
                case ChunkOutcome.Filled filled:
                    sizer.Took(chunk.Blocks, filled.Elapsed);
                    run.Board.Filled(chunk.Blocks, filled.Rows, filled.Elapsed);
                    attempts.Succeeded();
                    _stripes.WholeFilled(filled);
                    range = range with { Next = chunk.End };
                    break;
                case ChunkOutcome.Locked:
                    await ranges.RenewAsync(range, cancellationToken).ConfigureAwait(false);
                    await attempts.PauseAsync(cancellationToken).ConfigureAwait(false);
                    break;
                case ChunkOutcome.RangeLost lost:
                    return new PassResult.Lost(lost.Error);
                case var _ when chunk.Blocks > 1:
                    run.Logger.Halved(chunk.First, chunk.End, range.Leaf);
                    sizer.GaveUp(chunk.Blocks);
                    break;
                default:
                    var left = new List<Chunk>();
                    if (await _visitor.VisitAsync(range, runner, chunk, left, cancellationToken).ConfigureAwait(false)
                        is { } gone)
                    {
                        return new PassResult.Lost(gone.Error);
                    }

                    // The bookkeeping moves the cursor, because a chunk over this block may be too slow even when nothing is left in it.
                    await (left.Count > 0
                        ? ranges.SkipAsync(range, chunk, cancellationToken)
                        : ranges.PassAsync(range, chunk, cancellationToken)).ConfigureAwait(false);
                    run.Board.Filled(chunk.Blocks, 0, TimeSpan.Zero);
                    range = range with { Next = chunk.End };
                    break;
            }
        }

        return new PassResult.Passed();
    }

    private async Task<ChunkOutcome> FillAsync(
        ClaimedRange range, ChunkRunner runner, Chunk chunk, CancellationToken cancellationToken)
    {
        var outcome = await runner.FillAsync(chunk, cancellationToken).ConfigureAwait(false);
        if (outcome is not ChunkOutcome.Locked)
        {
            return outcome;
        }

        run.Logger.StepsAround(chunk.First, chunk.End, range.Leaf);
        return await run.Watch.AttemptAsync(
            session, range.Leaf, () => runner.FillUnlockedAsync(chunk, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <remarks>
    /// First, without waiting, the rows that have been released meanwhile, many at once: after a transaction that had locked half of the
    /// table, that is all of them. Then, one by one and waiting, what is still locked.
    /// </remarks>
    private async Task<PassResult> VisitSkippedAsync(
        ClaimedRange range, ChunkRunner runner, CancellationToken cancellationToken)
    {
        var anyLeft = false;
        foreach (var blocks in await ranges.ReadSkippedAsync(range, cancellationToken).ConfigureAwait(false))
        {
            var left = new List<Chunk>();
            var lost = await FillReleasedAsync(runner, blocks, cancellationToken).ConfigureAwait(false)
                ?? await _visitor.VisitAsync(range, runner, blocks, left, cancellationToken).ConfigureAwait(false);
            if (lost is not null)
            {
                return new PassResult.Lost(lost.Error);
            }

            await ranges.VisitedAsync(range, blocks, left, cancellationToken).ConfigureAwait(false);
            anyLeft |= left.Count > 0;
        }

        return anyLeft ? new PassResult.RowsLeft() : new PassResult.Passed();
    }

    private async Task<ChunkOutcome.RangeLost?> FillReleasedAsync(
        ChunkRunner runner, Chunk blocks, CancellationToken cancellationToken)
    {
        for (var first = blocks.First; first < blocks.End;)
        {
            var chunk = new Chunk(first, Math.Min(first + _whole.Blocks, blocks.End));
            switch (await runner.FillNoLongerLockedAsync(chunk, cancellationToken).ConfigureAwait(false))
            {
                case ChunkOutcome.Filled filled:
                    _whole.Took(chunk.Blocks, filled.Elapsed);
                    run.Board.Filled(0, filled.Rows, filled.Elapsed);
                    first = chunk.End;
                    break;
                case ChunkOutcome.RangeLost lost:
                    return lost;
                case ChunkOutcome.Locked:
                    // The table itself; the rows are asked for one by one, which shows whose lock it is.
                    return null;
                case var _ when chunk.Blocks > 1:
                    _whole.GaveUp(chunk.Blocks);
                    break;
                default:
                    // This block has to be looked at row by row.
                    first = chunk.End;
                    break;
            }
        }

        return null;
    }
}
