using System.Collections.Immutable;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Updates the rows that fit a condition in the order of a key, as far as they are not locked. The pass over the blocks, which follows, does the rest.</summary>
/// <remarks>
/// Nothing depends on it but the order. It keeps no place: a row that is done does not fit any more, so a run that goes on after an interruption begins at the first row that
/// is left. It ends, because the last key is read once, at the beginning, and each chunk begins behind the one before.
/// </remarks>
internal sealed class KeyPass(BackfillRun run, BackfillOrder order)
{
    private const int FirstRows = 100;
    private const int MostRows = 50_000;
    private const double MostBeforeTheEnd = 0.99;

    private const string TypesSql =
        """
        SELECT format_type(a.atttypid, a.atttypmod) FROM unnest($2::text[]) WITH ORDINALITY AS k (name, place)
        JOIN pg_attribute AS a ON a.attrelid = $1::regclass AND a.attname = k.name ORDER BY k.place
        """;

    private int _rows = FirstRows;

    /// <exception cref="BackfillException">A row still fits the condition after its update.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var session = await WorkerSession.OpenAsync(run, cancellationToken).ConfigureAwait(false);
        await using var _ = session.ConfigureAwait(false);
        var types = await session.Connection.QueryAsync(
            TypesSql,
            [new() { Value = run.Job.Table.ToString() }, new() { Value = order.Columns.Select(column => column.Value).ToArray() }],
            row => row.GetString(0),
            cancellationToken).ConfigureAwait(false);
        var statement = new KeyStatement(run.Job, order, types, run.Check);
        var last = await session.Connection.QueryAsync(
            statement.Last, [], row => KeyOf(row, 0, types.Count), cancellationToken).ConfigureAwait(false);
        if (last is [var end])
        {
            var about = await RowEstimate.ReadAsync(session.Connection, run.Job, cancellationToken).ConfigureAwait(false);
            await RunAsync(session, statement, end, about, cancellationToken).ConfigureAwait(false);
        }

        run.Board.Ordered(null);
    }

    private async Task RunAsync(
        WorkerSession session, KeyStatement statement, ImmutableArray<string> end, double about, CancellationToken cancellationToken)
    {
        ImmutableArray<string>? after = null;
        var rows = 0L;
        while (true)
        {
            await run.Gate.PassAsync(cancellationToken).ConfigureAwait(false);
            var began = run.Time.GetTimestamp();
            (long Rows, long Picked, ImmutableArray<string> Key) chunk;
            try
            {
                var chunks = await session.Connection.QueryAsync(
                    statement.Chunk(after is null),
                    [new() { Value = _rows }, new() { Value = run.Job.Name }, .. Texts(end), .. Texts(after ?? [])],
                    row => (row.GetInt64(0), row.GetInt64(1), KeyOf(row, 2, end.Length)),
                    session.Timeouts.Statement,
                    cancellationToken).ConfigureAwait(false);
                if (chunks.Count == 0)
                {
                    return;
                }

                chunk = chunks[0];
            }
            catch (PostgresException e) when (ChunkErrors.IsStillPending(e))
            {
                throw BackfillException.StillMatches(run.Job.Table, e);
            }
            catch (PostgresException e) when (ChunkErrors.IsAnotherValue(e))
            {
                throw BackfillException.StoredDiffers(run.Job.Table, e);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled || ChunkErrors.OutcomeOf(e) is ChunkOutcome.RowRefused)
            {
                // The pass over the blocks names a row that is refused, and takes the time that a slow one needs.
                if (_rows == 1)
                {
                    return;
                }

                _rows = Math.Max(1, _rows / 4);
                continue;
            }

            var elapsed = run.Time.GetElapsedTime(began);
            Telemetry.ChunkDone(run.ReportedAs, chunk.Rows, 0, elapsed);
            run.Gate.Spend(chunk.Rows);
            rows += chunk.Rows;

            // An estimate may be too low; that it is all done, only the end shows.
            run.Board.Ordered(Math.Min(rows / about, MostBeforeTheEnd));
            run.Board.Filled(0, chunk.Rows, elapsed);
            Resize(chunk.Picked, elapsed, run.Gate.TargetFor(session.Timeouts));
            after = chunk.Key;
        }
    }

    // At most double, because the rows behind may be dearer than those before.
    private void Resize(long rows, TimeSpan elapsed, TimeSpan target)
    {
        var wanted = rows * (target / TimeSpan.FromMilliseconds(Math.Max(elapsed.TotalMilliseconds, 1)));
        _rows = (int)Math.Clamp(wanted, 1, Math.Min(MostRows, _rows * 2L));
    }

    private static ImmutableArray<string> KeyOf(NpgsqlDataReader row, int first, int count) =>
        [.. Enumerable.Range(first, count).Select(row.GetString)];

    private static IEnumerable<NpgsqlParameter> Texts(ImmutableArray<string> key) =>
        key.Select(value => new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text });
}
