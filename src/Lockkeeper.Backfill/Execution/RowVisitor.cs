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
    private const int RowsPerPage = 500;

    /// <summary>Visits the marked rows of the blocks once and gathers, in <paramref name="left"/>, the blocks of those still locked.</summary>
    /// <returns>What the server said if the range was lost; otherwise nothing.</returns>
    /// <exception cref="BackfillException">A row was refused, or its expression does not end.</exception>
    public async Task<ChunkOutcome.RangeLost?> VisitAsync(
        ClaimedRange range, ChunkRunner runner, Chunk blocks, ISet<long> left, CancellationToken cancellationToken)
    {
        // Left as it is when this throws: the session is not used again then.
        await session.SetStatementTimeoutAsync(WorkerSession.RowTimeout, cancellationToken).ConfigureAwait(false);
        var from = ChunkRunner.StartOf(blocks.First);
        IReadOnlyList<NpgsqlTid> page;
        do
        {
            page = await runner.ReadPendingAsync(from, blocks.End, RowsPerPage, cancellationToken).ConfigureAwait(false);
            foreach (var row in page)
            {
                var lost = await VisitRowAsync(range, runner, row, left, cancellationToken).ConfigureAwait(false);
                if (lost is not null)
                {
                    return lost;
                }

                from = new NpgsqlTid(row.BlockNumber, (ushort)(row.OffsetNumber + 1));
            }
        }
        while (page.Count == RowsPerPage);

        await session.SetStatementTimeoutAsync(session.Timeouts.Statement, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private async Task<ChunkOutcome.RangeLost?> VisitRowAsync(
        ClaimedRange range, ChunkRunner runner, NpgsqlTid row, ISet<long> left, CancellationToken cancellationToken)
    {
        var outcome = await run.Watch.AttemptAsync(
            session, range.Leaf, () => runner.FillOneAsync(row, cancellationToken), cancellationToken).ConfigureAwait(false);
        switch (outcome)
        {
            case ChunkOutcome.Filled filled:
                run.Board.Filled(0, filled.Rows, filled.Elapsed);
                return null;
            case ChunkOutcome.Locked:
                left.Add(row.BlockNumber);
                await ranges.RenewAsync(range, cancellationToken).ConfigureAwait(false);
                return null;
            case ChunkOutcome.TooSlow slow:
                throw BackfillException.RowTooSlow(
                    range.Leaf, await NameAsync(range, row, cancellationToken).ConfigureAwait(false), WorkerSession.RowTimeout, slow.Error);
            case ChunkOutcome.RowRefused refused:
                throw BackfillException.RowRefused(
                    range.Leaf, await NameAsync(range, row, cancellationToken).ConfigureAwait(false), refused.Error);
            default:
                return (ChunkOutcome.RangeLost)outcome;
        }
    }

    private Task<string> NameAsync(ClaimedRange range, NpgsqlTid row, CancellationToken cancellationToken) =>
        RowName.ReadAsync(session.Connection, range.LeafOid, range.Leaf, row, cancellationToken);
}
