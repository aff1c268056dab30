using System.Collections.Immutable;
using Lockkeeper.Backfill.Execution;
using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.Verification;

/// <summary>Compares the rows that nobody has written since they were filled with what their expressions say.</summary>
/// <remarks>
/// <para>
/// Which rows those are, the marker tells: a run that verifies leaves NULL in it, and the trigger false for every row that a client writes. In partitions it is
/// the other way round, because there the trigger itself needs the NULL, for rows that move from one partition to another: it leaves NULL in every row that a
/// client writes, and the backfill false.
/// </para>
/// <para>
/// It reads in stretches, each with a snapshot of its own: a row is compared with itself, so that no two rows need be of one moment.
/// </para>
/// </remarks>
internal sealed class ValueCheck(BackfillRun run)
{
    private const int BlocksPerStretch = 4096;
    private const int MostShown = 5;

    /// <returns>How many rows were compared; nothing when the job computes no value.</returns>
    /// <exception cref="BackfillException">A row differs.</exception>
    public async Task<long?> RunAsync(CancellationToken cancellationToken)
    {
        var session = await WorkerSession.OpenAsync(run, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        if (run.Job.Assignments.IsEmpty)
        {
            return null;
        }

        // By oid: a leaf that is renamed meanwhile is compared twice, and counts once.
        var rows = new Dictionary<uint, long>();
        await LeafSweep.RunAsync(
            session.Connection,
            run.Job.Table,
            async leaf =>
            {
                rows[leaf.Oid] = await CompareAsync(session.Connection, leaf, cancellationToken).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        var compared = rows.Values.Sum();
        run.Logger.Compared(run.Job.Name, compared);
        return compared;
    }

    private async Task<long> CompareAsync(NpgsqlConnection connection, Leaf leaf, CancellationToken cancellationToken)
    {
        var differs = await Difference.OfAsync(connection, leaf.Name, run.Job.Assignments, cancellationToken).ConfigureAwait(false);

        // The rows from tid $1 to before $2 that nobody has written since, and whether each differs.
        var compared = $"""
            (SELECT lockkeeper_row.ctid, {differs} AS differs FROM ONLY {leaf.Name} AS lockkeeper_row
             WHERE lockkeeper_row.ctid >= $1 AND lockkeeper_row.ctid < $2
               AND lockkeeper_row.{run.Job.Marker} IS {(leaf.IsPartition ? "FALSE" : "NULL")}) AS compared
            """;
        var blocks = await LeafReader.ReadBlocksAsync(connection, [leaf.Oid], cancellationToken).ConfigureAwait(false);
        var (rows, different) = (0L, 0L);
        var places = new List<NpgsqlTid>();
        for (var first = 0L; first < blocks[leaf.Oid]; first += BlocksPerStretch)
        {
            await run.Gate.PassAsync(cancellationToken).ConfigureAwait(false);
            var end = Math.Min(first + BlocksPerStretch, blocks[leaf.Oid]);
            var counts = await connection.QueryAsync(
                $"SELECT count(*), count(*) FILTER (WHERE differs) FROM {compared}",
                [Tid(first), Tid(end)],
                row => (row.GetInt64(0), row.GetInt64(1)),
                cancellationToken).ConfigureAwait(false);
            var (inStretch, differ) = counts.Single();
            (rows, different) = (rows + inStretch, different + differ);
            if (differ > 0 && places.Count < MostShown)
            {
                places.AddRange(await connection.QueryAsync(
                    $"SELECT ctid FROM {compared} WHERE differs ORDER BY ctid LIMIT $3",
                    [Tid(first), Tid(end), new() { Value = MostShown - places.Count }],
                    row => row.GetFieldValue<NpgsqlTid>(0),
                    cancellationToken).ConfigureAwait(false));
            }
        }

        return different == 0
            ? rows
            : throw BackfillException.ValuesDiffer(
                leaf.Name, different, await NamesAsync(connection, leaf, places, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<ImmutableArray<string>> NamesAsync(
        NpgsqlConnection connection, Leaf leaf, IEnumerable<NpgsqlTid> places, CancellationToken cancellationToken)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var place in places)
        {
            names.Add(await RowName.ReadAsync(connection, leaf.Oid, leaf.Name, place, cancellationToken).ConfigureAwait(false));
        }

        return names.ToImmutable();
    }

    private static NpgsqlParameter Tid(long block) => new() { Value = ChunkRunner.StartOf(block), NpgsqlDbType = NpgsqlDbType.Tid };
}
