using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Runs the statements of one range and turns the server's errors into outcomes. Decides nothing.</summary>
internal sealed class ChunkRunner(BackfillRun run, WorkerSession session, ClaimedRange range, ChunkStatement statement)
{
    private long _lockTimeouts;
    private long _statementTimeouts;

    public Task<ChunkOutcome> FillAsync(Chunk chunk, CancellationToken cancellationToken) =>
        RunAsync(statement.Blocks, OfBlocks(chunk), cancellationToken);

    public Task<ChunkOutcome> FillStripeAsync(Chunk chunk, Stripe stripe, CancellationToken cancellationToken) =>
        RunAsync(
            statement.Stripe,
            [.. OfBlocks(chunk)[..2], new() { Value = stripe.Count }, new() { Value = stripe.Number }],
            cancellationToken);

    public Task<ChunkOutcome> FillUnlockedAsync(Chunk chunk, CancellationToken cancellationToken) =>
        RunAsync(statement.UnlockedRows, OfBlocks(chunk), cancellationToken);

    public Task<ChunkOutcome> FillNoLongerLockedAsync(Chunk chunk, CancellationToken cancellationToken) =>
        RunAsync(statement.RowsNoLongerLocked, OfBlocks(chunk)[..2], cancellationToken);

    public Task<ChunkOutcome> FillOneAsync(NpgsqlTid row, CancellationToken cancellationToken) =>
        RunAsync(statement.OneRow, [Tid(row)], WorkerSession.LongTimeout, cancellationToken);

    public Task<IReadOnlyList<NpgsqlTid>> ReadPendingAsync(
        Chunk blocks, int limit, CancellationToken cancellationToken) =>
        session.Connection.QueryAsync(
            statement.Pending,
            [Tid(StartOf(blocks.First)), Tid(StartOf(blocks.End)), new() { Value = limit }],
            row => row.GetFieldValue<NpgsqlTid>(0),
            cancellationToken);

    public static NpgsqlTid StartOf(long block) => new(checked((uint)block), 0);

    private Task<ChunkOutcome> RunAsync(string sql, NpgsqlParameter[] which, CancellationToken cancellationToken) =>
        RunAsync(sql, which, session.Timeouts.Statement, cancellationToken);

    private async Task<ChunkOutcome> RunAsync(
        string sql, NpgsqlParameter[] which, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // Before anything is begun: whoever has to stand still here holds nothing.
        await run.Gate.PassAsync(cancellationToken).ConfigureAwait(false);
        var began = run.Time.GetTimestamp();
        try
        {
            var moved = await session.Connection
                .QueryAsync(
                    sql,
                    [.. Common(), .. which],
                    row => (Rows: row.GetInt64(0), Hot: row.GetInt64(1)),
                    timeout,
                    cancellationToken)
                .ConfigureAwait(false);
            return moved.Count == 0
                ? new ChunkOutcome.RangeLost(null)
                : Filled(moved[0].Rows, moved[0].Hot, run.Time.GetElapsedTime(began));
        }
        catch (PostgresException e) when (ChunkErrors.IsStillPending(e))
        {
            throw BackfillException.StillMatches(run.Job.Table, e);
        }
        catch (PostgresException e) when (ChunkErrors.IsAnotherValue(e))
        {
            throw BackfillException.StoredDiffers(run.Job.Table, e);
        }
        catch (PostgresException e) when (ChunkErrors.OutcomeOf(e) is { } outcome)
        {
            Count(outcome);
            return outcome;
        }
    }

    private ChunkOutcome.Filled Filled(long rows, long hot, TimeSpan elapsed)
    {
        _lockTimeouts = 0;
        _statementTimeouts = 0;
        Telemetry.ChunkDone(run.ReportedAs, rows, hot, elapsed);
        run.Gate.Spend(rows);
        run.Board.Updated(rows, hot);
        return new ChunkOutcome.Filled(rows, hot, elapsed);
    }

    private void Count(ChunkOutcome outcome)
    {
        if (outcome is ChunkOutcome.Locked)
        {
            _lockTimeouts++;
            Telemetry.LockTimedOut(run.ReportedAs);
        }
        else if (outcome is ChunkOutcome.TooSlow)
        {
            _statementTimeouts++;
        }
    }

    private NpgsqlParameter[] Common() =>
    [
        new() { Value = range.Id },
        new() { Value = session.Backend.Pid },
        new() { Value = session.Backend.Since, NpgsqlDbType = NpgsqlDbType.TimestampTz },
        new() { Value = run.Options.Lease },
        new() { Value = range.Leaf.ToString() },
        new() { Value = _lockTimeouts },
        new() { Value = _statementTimeouts },
    ];

    private static NpgsqlParameter[] OfBlocks(Chunk chunk) =>
        [Tid(StartOf(chunk.First)), Tid(StartOf(chunk.End)), new() { Value = chunk.End }];

    private static NpgsqlParameter Tid(NpgsqlTid tid) => new() { Value = tid, NpgsqlDbType = NpgsqlDbType.Tid };
}
