using Lockkeeper.Backfill.Execution;
using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using Lockkeeper.Server.Running;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.Verification;

/// <summary>Reads the whole table once and tells whether a row still needs the backfill.</summary>
/// <remarks>
/// It reads in stretches, each a statement with its own snapshot, because one snapshot over a large table would keep vacuum from
/// everything else for hours. That is as good as one snapshot, by the argument that the backfill itself rests on: a marked row cannot
/// come from behind to in front of the reader without being updated, and that clears its mark. A rewrite of the leaf can move it, and
/// shows in the relfilenode; then the leaf is read again.
/// </remarks>
internal sealed class PendingRowCheck(BackfillRun run)
{
    private const int BlocksPerStretch = 8192;

    /// <returns>The first leaf with rows that are left; nothing when every row is done. With a condition, the rows of all leaves are counted.</returns>
    public async Task<PendingRows?> RunAsync(CancellationToken cancellationToken)
    {
        var session = await WorkerSession.OpenAsync(run, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        PendingRows? left = null;
        await LeafSweep.RunAsync(
            session.Connection,
            run.Job.Table,
            async leaf =>
            {
                if (await ReadAsync(session, leaf, cancellationToken).ConfigureAwait(false) is { } pending)
                {
                    left = left is null ? pending : left with { Count = left.Count + pending.Count };
                }

                return left is null || run.Job.IsPlain;
            },
            cancellationToken).ConfigureAwait(false);
        return left;
    }

    private async Task<PendingRows?> ReadAsync(WorkerSession session, Leaf leaf, CancellationToken cancellationToken)
    {
        var blocks = await LeafReader.ReadBlocksAsync(session.Connection, [leaf.Oid], cancellationToken).ConfigureAwait(false);
        var pending = 0L;
        var first = "";
        for (var from = 0L; from < blocks[leaf.Oid]; from += BlocksPerStretch)
        {
            var (rows, place) = await CountAsync(
                session, leaf, new Chunk(from, Math.Min(from + BlocksPerStretch, blocks[leaf.Oid])), cancellationToken)
                .ConfigureAwait(false);
            first = pending == 0 ? place : first;
            pending += rows;
        }

        return pending == 0 ? null : new PendingRows(leaf.Name, pending, first);
    }

    private async Task<(long Rows, string Place)> CountAsync(
        WorkerSession session, Leaf leaf, Chunk stretch, CancellationToken cancellationToken)
    {
        var counts = await session.Connection.QueryAsync(
            $"""
             SELECT count(*), coalesce(min(lockkeeper_row.ctid)::text, '') FROM ONLY {leaf.Name} AS lockkeeper_row
             WHERE lockkeeper_row.ctid >= $1 AND lockkeeper_row.ctid < $2 AND {run.Job.Pending}
             """,
            [
                new() { Value = ChunkRunner.StartOf(stretch.First), NpgsqlDbType = NpgsqlDbType.Tid },
                new() { Value = ChunkRunner.StartOf(stretch.End), NpgsqlDbType = NpgsqlDbType.Tid },
            ],
            row => (row.GetInt64(0), row.GetString(1)),
            cancellationToken).ConfigureAwait(false);
        return counts.Single();
    }
}
