using System.Text.Json;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.State;

/// <summary>Enters jobs in the state tables, with what other processes need to join them, and reads them back.</summary>
internal sealed class JobRegister(NpgsqlDataSource dataSource)
{
    /// <summary>Records the job if it is new, and what the options say explicitly. A job that was cancelled runs again; one that is paused stays paused.</summary>
    /// <returns>Whether rows are filled so that they can be compared.</returns>
    public async Task<bool> RegisterAsync(BackfillJob job, BackfillOptions options, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            INSERT INTO lockkeeper.backfills AS b (name, table_name, definition, target_chunk, rows_per_second, throttles, verify)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (name) DO UPDATE
            SET definition = EXCLUDED.definition,
                target_chunk = coalesce(EXCLUDED.target_chunk, b.target_chunk),
                rows_per_second = coalesce(EXCLUDED.rows_per_second, b.rows_per_second),
                throttles = coalesce(EXCLUDED.throttles, b.throttles),
                verify = b.verify OR EXCLUDED.verify,
                command = CASE WHEN b.command = 'cancel' THEN 'run' ELSE b.command END
            RETURNING b.verify
            """;
        var definition = JobJson.Write(job);
        await RefuseAnotherAsync(job, definition, cancellationToken).ConfigureAwait(false);
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var verify = await connection.QueryAsync(
            Sql,
            [
                new() { Value = job.Name },
                new() { Value = job.Table.ToString() },
                new() { Value = definition, NpgsqlDbType = NpgsqlDbType.Jsonb },
                Optional(options.TargetChunk == BackfillOptions.DefaultTargetChunk ? null : options.TargetChunk, NpgsqlDbType.Interval),
                Optional(options.RowsPerSecond, NpgsqlDbType.Double),
                Optional(options.Throttles?.Select(throttle => throttle.ToString()).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text),
                new() { Value = options.Verify },
            ],
            row => row.GetBoolean(0),
            cancellationToken).ConfigureAwait(false);
        return verify.Single();
    }

    /// <summary>The job of that name as it was recorded; nothing when there is none, or none that is open to others.</summary>
    public async Task<BackfillJob?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var definitions = await ReadAsync(
            "SELECT definition FROM lockkeeper.backfills WHERE name = $1 AND finished_at IS NULL AND command <> 'cancel' AND definition IS NOT NULL",
            name,
            cancellationToken).ConfigureAwait(false);
        try
        {
            return definitions is [var definition] ? JobJson.Read(definition) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether the rows of the job of that name are filled so that they can be compared.</summary>
    public async Task<bool> IsVerifiedAsync(string name, CancellationToken cancellationToken) =>
        await ReadAsync("SELECT name FROM lockkeeper.backfills WHERE name = $1 AND verify", name, cancellationToken).ConfigureAwait(false) is [_];

    // A migration's job is made by its plan, which cannot change under it. A file can.
    private async Task RefuseAnotherAsync(BackfillJob job, string definition, CancellationToken cancellationToken)
    {
        var recorded = await ReadAsync(
            "SELECT definition FROM lockkeeper.backfills WHERE name = $1 AND finished_at IS NULL AND definition IS NOT NULL", job.Name, cancellationToken)
            .ConfigureAwait(false);
        if (job.IsPlain && recorded is [var other] && JobJson.Read(other) != JobJson.Read(definition))
        {
            throw BackfillException.AnotherDefinition(job.Name);
        }
    }

    private async Task<IReadOnlyList<string>> ReadAsync(string sql, string name, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        try
        {
            return await connection.QueryAsync(sql, [new() { Value = name }], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (IsMissingState(e))
        {
            throw BackfillException.NoState(e);
        }
    }

    /// <summary>Whether the state tables are missing, or are those of an older version.</summary>
    public static bool IsMissingState(PostgresException e) => e.SqlState
        is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn;

    private static NpgsqlParameter Optional(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
