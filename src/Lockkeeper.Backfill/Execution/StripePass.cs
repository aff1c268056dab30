using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Fills most rows of a group of blocks in stripes, before the pass that fills the rest and moves the cursor.</summary>
/// <remarks>
/// <para>
/// It goes round the group's chunks with one stripe after the other, so that some time passes between two stripes of the same block: meanwhile
/// the other workers' snapshots, which could still see the dead versions, have ended, and the block can be pruned.
/// </para>
/// <para>
/// Nothing depends on it: a chunk whose rows are locked, too many or refused is left to the pass that follows, and a killed worker's group
/// is begun again, where filled rows are passed over by their marker.
/// </para>
/// </remarks>
internal sealed class StripePass(BackfillRun run, NpgsqlConnection connection, ChunkSizer sizer)
{
    // Three other transactions lie between two stripes of a block: longer than one chunk of another worker.
    private const int ChunksPerGroup = 4;

    // 2 MB. A group is read once for each stripe and must stay in the server's memory meanwhile, for each worker.
    private const int MostBlocksPerChunk = 256;

    // Half a MB: enough rows to be judged by, of all but the widest.
    private const int BlocksOfTrial = 64;

    private readonly HotGauge _gauge = new();
    private readonly RoomGauge _room = new();
    private BackfillHorizon? _heldBackBy;
    private double _lastShare;
    private bool _onePassForRoom;

    /// <summary>Whether the group that was begun last must not be left for the next chunk's sake: it is a trial.</summary>
    public bool IsTrial => _room.IsTrial;

    /// <summary>Fills the group that begins at the range's cursor, if that pays.</summary>
    /// <returns>The end of the group, and whether it was filled in stripes; or that the range was lost.</returns>
    public async Task<(long End, bool Striped, ChunkOutcome.RangeLost? Lost)> RunAsync(
        ClaimedRange range, ChunkRunner runner, CancellationToken cancellationToken)
    {
        await run.Growth.LookAsync(connection, cancellationToken).ConfigureAwait(false);
        var stripes = Choose(range);
        var end = Math.Min(range.Next + (IsTrial ? BlocksOfTrial : ChunksPerGroup * BlocksPerChunk), range.End);
        if (stripes == 1)
        {
            return (end, false, null);
        }

        for (var number = 0; number < stripes - 1; number++)
        {
            var stripe = new Stripe(stripes, number);
            switch (await FillAsync(runner, new Chunk(range.Next, end), stripe, cancellationToken).ConfigureAwait(false))
            {
                case ChunkOutcome.RangeLost lost:
                    return (end, false, lost);
                case ChunkOutcome.Locked:
                    // The same lock would be waited for with each stripe; the pass that follows steps around it, or says who holds it.
                    return (end, false, null);
            }
        }

        if (_gauge.GroupDone() is { } share)
        {
            _lastShare = share;
            _heldBackBy = await HorizonWatch.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
            run.Logger.StripesDoNotPay(range.Leaf, share, _heldBackBy);
        }

        return (end, true, null);
    }

    /// <summary>Told of every chunk that was filled in a pass over all of its rows; counts where that is the only one.</summary>
    public void WholeFilled(ChunkOutcome.Filled filled)
    {
        if (_onePassForRoom)
        {
            _room.Filled(filled.Rows, filled.Hot);
        }
    }

    private int Choose(ClaimedRange range)
    {
        if (run.Options.Stripes is { } measured)
        {
            return measured;
        }

        var wanted = StripeRule.For(range.Indexes, range.RowsPerBlock);
        var stripes = _room.Of(range.LeafOid, wanted);
        _onePassForRoom = stripes == 1 && wanted > 1;
        if (stripes > 1 && !_gauge.UseStripes())
        {
            run.Board.Striped(StripeReason.NotNow(_lastShare, _heldBackBy));
            return 1;
        }

        run.Board.Striped(StripeReason.Of(stripes, wanted, range.Indexes, range.RowsPerBlock, _room.Share));
        return stripes;
    }

    private int BlocksPerChunk => Math.Min(sizer.Blocks, MostBlocksPerChunk);

    private async Task<ChunkOutcome?> FillAsync(
        ChunkRunner runner, Chunk group, Stripe stripe, CancellationToken cancellationToken)
    {
        for (var first = group.First; first < group.End;)
        {
            var chunk = new Chunk(first, Math.Min(first + BlocksPerChunk, group.End));
            switch (await runner.FillStripeAsync(chunk, stripe, cancellationToken).ConfigureAwait(false))
            {
                case ChunkOutcome.Filled filled:
                    sizer.Took(chunk.Blocks, filled.Elapsed);
                    run.Board.Filled(0, filled.Rows, filled.Elapsed);
                    if (stripe.Number > 0)
                    {
                        _gauge.Filled(filled.Rows, filled.Hot);
                    }
                    else
                    {
                        _room.Filled(filled.Rows, filled.Hot);
                    }

                    break;
                case var ended and (ChunkOutcome.RangeLost or ChunkOutcome.Locked):
                    return ended;
                case ChunkOutcome.TooSlow:
                    sizer.GaveUp(chunk.Blocks);
                    break;
            }

            first = chunk.End;
        }

        return null;
    }
}
