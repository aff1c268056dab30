using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.Execution;

/// <summary>
/// Fills marked rows one by one, each in its own transaction: it holds no row while it waits for one, so that nobody waits for it
/// and it can be part of no deadlock.
/// </summary>
internal sealed class RowVisitor(BackfillRun run, WorkerSession session, RangeStore ranges)
{
    // The most that fit on a block of 8 kB are 291, so a block is always visited whole.
    private const int RowsPerPage = 300;

    // Locked rows are mostly of one transaction, and each costs the whole lock timeout: a visit of a million would never end. And once
    // that transaction has ended, those behind it are quicker filled many at once.
    private const int MostLockedRowsPerVisit = 10;

    /// <summary>Visits the marked rows of the blocks once and adds to <paramref name="left"/> the blocks in which some are left.</summary>
    /// <returns>What the server said if the range was lost; otherwise nothing.</returns>
    /// <exception cref="BackfillException">A row was refused, or its expression does not end.</exception>
    public async Task<ChunkOutcome.RangeLost?> VisitAsync(
        ClaimedRange range, ChunkRunner runner, Chunk blocks, List<Chunk> left, CancellationToken cancellationToken)
    {
        var rows = await runner.ReadPendingAsync(blocks, RowsPerPage, cancellationToken).ConfigureAwait(false);
        var locked = 0;
        foreach (var row in rows)
        {
            switch (await VisitRowAsync(range, runner, row, cancellationToken).ConfigureAwait(false))
            {
                case ChunkOutcome.RangeLost lost:
                    return lost;
                case ChunkOutcome.Locked when ++locked >= MostLockedRowsPerVisit:
                    left.Add(blocks with { First = row.BlockNumber });
                    return null;
                case ChunkOutcome.Locked:
                    left.Add(new Chunk(row.BlockNumber, row.BlockNumber + 1L));
                    break;
            }
        }

        if (rows.Count == RowsPerPage)
        {
            left.Add(blocks with { First = rows[^1].BlockNumber });
        }

        return null;
    }

    private async Task<ChunkOutcome> VisitRowAsync(
        ClaimedRange range, ChunkRunner runner, NpgsqlTid row, CancellationToken cancellationToken)
    {
        var outcome = await run.Watch.AttemptAsync(
            session, range.Leaf, () => runner.FillOneAsync(row, cancellationToken), cancellationToken).ConfigureAwait(false);
        switch (outcome)
        {
            case ChunkOutcome.Filled filled:
                run.Board.Filled(0, filled.Rows, filled.Elapsed);
                break;
            case ChunkOutcome.Locked:
                await ranges.RenewAsync(range, cancellationToken).ConfigureAwait(false);
                break;
            case ChunkOutcome.TooSlow slow:
                throw BackfillException.RowTooSlow(
                    range.Leaf, await NameAsync(range, row, cancellationToken).ConfigureAwait(false), WorkerSession.LongTimeout, slow.Error);
            case ChunkOutcome.RowRefused refused:
                throw BackfillException.RowRefused(
                    range.Leaf, await NameAsync(range, row, cancellationToken).ConfigureAwait(false), refused.Error);
        }

        return outcome;
    }

    private Task<string> NameAsync(ClaimedRange range, NpgsqlTid row, CancellationToken cancellationToken) =>
        RowName.ReadAsync(session.Connection, range.LeafOid, range.Leaf, row, cancellationToken);
}
