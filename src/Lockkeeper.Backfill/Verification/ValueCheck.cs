using System.Collections.Immutable;
using Lockkeeper.Backfill.Execution;
using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.Verification;

/// <summary>Compares the rows that nobody has written since they were filled with what their expressions say.</summary>
/// <remarks>
/// <para>
/// Which rows those are, the marker tells: a run that verifies leaves NULL in it, and the trigger false for every row that a client writes
/// (<see cref="ChunkStatement"/>). In partitioned tables the trigger itself needs the NULL, for rows that move from one partition to another; their rows
/// cannot be told apart, and are not compared.
/// </para>
/// <para>
/// It reads in stretches, each with a snapshot of its own: a row is compared with itself, so that no two rows need be of one moment.
/// The bytes are compared (<c>record_image_ne</c>), which every type can, after the same conversion that an assignment would do.
/// </para>
/// </remarks>
internal sealed class ValueCheck(BackfillRun run)
{
    private const int BlocksPerStretch = 4096;
    private const int MostShown = 5;

    private const string TypesSql =
        """
        SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
        """;

    /// <returns>How many rows were compared; nothing when they cannot be told apart from those that clients wrote.</returns>
    /// <exception cref="BackfillException">A row differs.</exception>
    public async Task<long?> RunAsync(CancellationToken cancellationToken)
    {
        var session = await WorkerSession.OpenAsync(run, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var leaves = await LeafReader.ReadAsync(session.Connection, run.Job.Table, cancellationToken).ConfigureAwait(false);
        if (leaves is not [var leaf] || leaf.Name != run.Job.Table || run.Job.Assignments.IsEmpty)
        {
            return null;
        }

        var rows = await CompareAsync(session.Connection, leaf, cancellationToken).ConfigureAwait(false);
        run.Logger.Compared(run.Job.Name, rows);
        return rows;
    }

    private async Task<long> CompareAsync(NpgsqlConnection connection, Leaf leaf, CancellationToken cancellationToken)
    {
        var compared = ComparedSql(leaf.Name, await ReadTypesAsync(connection, leaf, cancellationToken).ConfigureAwait(false));
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

    // The rows from tid $1 to before $2 that nobody has written since, and whether each differs.
    private string ComparedSql(TableName leaf, Dictionary<string, string> types)
    {
        var stored = string.Join(", ", run.Job.Assignments.Select(a => $"lockkeeper_row.{a.Column}"));
        var computed = string.Join(", ", run.Job.Assignments.Select(a => $"CAST(({a.Expression}) AS {types[a.Column.Value]})"));
        return $"""
            (SELECT lockkeeper_row.ctid, record_image_ne(ROW({stored}), ROW({computed})) AS differs
             FROM ONLY {leaf} AS lockkeeper_row
             WHERE lockkeeper_row.ctid >= $1 AND lockkeeper_row.ctid < $2 AND lockkeeper_row.{run.Job.Marker} IS NULL) AS compared
            """;
    }

    private static async Task<Dictionary<string, string>> ReadTypesAsync(
        NpgsqlConnection connection, Leaf leaf, CancellationToken cancellationToken)
    {
        // With an empty search path every type's name is printed with its schema.
        await connection.ExecuteAsync("SELECT set_config('search_path', '', false)", [], cancellationToken).ConfigureAwait(false);
        var types = await connection.QueryAsync(
            TypesSql,
            [new() { Value = leaf.Oid, NpgsqlDbType = NpgsqlDbType.Oid }],
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)),
            cancellationToken).ConfigureAwait(false);
        await connection.ExecuteAsync("RESET search_path", [], cancellationToken).ConfigureAwait(false);
        return new Dictionary<string, string>(types, StringComparer.Ordinal);
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
