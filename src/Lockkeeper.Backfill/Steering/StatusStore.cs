using System.Collections.Immutable;
using Lockkeeper.Backfill.State;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.Steering;

/// <summary>Backfills as the state tables have them, and the orders that are given to them.</summary>
internal sealed class StatusStore(NpgsqlDataSource dataSource)
{
    private const string BackfillsSql =
        """
        SELECT b.name, b.table_name, b.command, b.command_by, b.command_at, b.started_at, b.finished_at,
               coalesce(r.done, 0)::bigint, coalesce(r.blocks, 0)::bigint, (b.rows_done + coalesce(r.rows, 0))::bigint,
               coalesce(b.definition ? 'condition', false), b.target_chunk, b.rows_per_second, b.throttles
        FROM lockkeeper.backfills AS b LEFT JOIN (
            SELECT backfill, sum(least(next_block, end_block) - first_block) AS done, sum(end_block - first_block) AS blocks, sum(rows_done) AS rows
            FROM lockkeeper.backfill_ranges GROUP BY backfill) AS r ON r.backfill = b.name
        ORDER BY b.started_at, b.name
        """;

    private const string WorkersSql =
        """
        SELECT backfill, host, process, sessions, greatest(clock_timestamp() - seen_at, '0'), rows_done, rows_per_second, last_chunk, held, unreadable
        FROM lockkeeper.backfill_workers ORDER BY id
        """;

    public async Task<ImmutableArray<BackfillStatus>> ReadAsync(CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        try
        {
            var workers = (await connection.QueryAsync(WorkersSql, [], WorkerOf, cancellationToken).ConfigureAwait(false))
                .ToLookup(row => row.Backfill, row => row.Worker);
            var all = await connection.QueryAsync(BackfillsSql, [], StatusOf, cancellationToken).ConfigureAwait(false);
            return [.. all.Select(status => status with { Workers = [.. workers[status.Name]] })];
        }
        catch (PostgresException e) when (JobRegister.IsMissingState(e))
        {
            throw BackfillException.NoState(e);
        }
    }

    public Task<int> OrderAsync(string name, BackfillCommand command, string by, CancellationToken cancellationToken) => RunAsync(
        """
        UPDATE lockkeeper.backfills SET command = $2, command_by = $3, command_at = clock_timestamp()
        WHERE name = $1 AND finished_at IS NULL
        """,
        [
            new() { Value = name },
            new() { Value = command switch { BackfillCommand.Pause => "pause", BackfillCommand.Cancel => "cancel", _ => "run" } },
            new() { Value = by },
        ],
        cancellationToken);

    public Task<int> SetPaceAsync(string name, BackfillPace change, string[]? throttles, CancellationToken cancellationToken) => RunAsync(
        """
        UPDATE lockkeeper.backfills
        SET target_chunk = coalesce($2, target_chunk),
            rows_per_second = CASE WHEN $3 IS NULL THEN rows_per_second ELSE nullif($3, 0) END,
            throttles = coalesce($4, throttles)
        WHERE name = $1 AND finished_at IS NULL
        """,
        [
            new() { Value = name },
            new() { Value = (object?)change.TargetChunk ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval },
            new() { Value = (object?)change.RowsPerSecond ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Double },
            new() { Value = (object?)throttles ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
        ],
        cancellationToken);

    // What belongs to a migration goes with the migration.
    public Task<int> ForgetAsync(string name, CancellationToken cancellationToken) => RunAsync(
        "DELETE FROM lockkeeper.backfills WHERE name = $1 AND definition ? 'condition'", [new() { Value = name }], cancellationToken);

    private async Task<int> RunAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        try
        {
            return await connection.ExecuteAsync(sql, parameters, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (JobRegister.IsMissingState(e))
        {
            throw BackfillException.NoState(e);
        }
    }

    private static BackfillStatus StatusOf(NpgsqlDataReader row) => new()
    {
        Name = row.GetString(0),
        Table = row.GetString(1),
        Command = ControlStore.CommandOf(row.GetString(2)),
        CommandBy = row.IsDBNull(3) ? null : row.GetString(3),
        CommandAt = row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4),
        StartedAt = row.GetFieldValue<DateTimeOffset>(5),
        FinishedAt = row.IsDBNull(6) ? null : row.GetFieldValue<DateTimeOffset>(6),
        BlocksDone = row.GetInt64(7),
        BlocksTotal = row.GetInt64(8),
        Rows = row.GetInt64(9),
        IsPlain = row.GetBoolean(10),
        TargetChunk = row.IsDBNull(11) ? null : row.GetTimeSpan(11),
        RowsPerSecondCeiling = row.IsDBNull(12) ? null : row.GetDouble(12),
        Throttles = row.IsDBNull(13) ? null : [.. row.GetFieldValue<string[]>(13)],
        Workers = [],
    };

    private static (string Backfill, BackfillWorker Worker) WorkerOf(NpgsqlDataReader row) => (row.GetString(0), new BackfillWorker(
        row.GetString(1), row.GetInt32(2), row.GetInt32(3), row.GetTimeSpan(4), row.GetInt64(5), row.GetDouble(6),
        row.IsDBNull(7) ? null : row.GetTimeSpan(7), row.IsDBNull(8) ? null : row.GetString(8), row.IsDBNull(9) ? null : row.GetString(9)));
}
