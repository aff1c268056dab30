using System.Collections.Immutable;
using Lockkeeper.Backfill.Throttling;
using Lockkeeper.Server.Running;
using Npgsql;
using NpgsqlTypes;

namespace Lockkeeper.Backfill.Steering;

/// <summary>Orders and signs of life in the state tables, as one process of a job reads and writes them.</summary>
internal static class ControlStore
{
    /// <summary>A process that has not been heard of for this long counts no more. It tells once a second.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    // Rows of processes that were killed are swept up by the others.
    private const string TellSql =
        """
        WITH mine AS (
            UPDATE lockkeeper.backfill_workers
            SET seen_at = clock_timestamp(), rows_done = $4, rows_per_second = $5, last_chunk = $6, held = $7, unreadable = $8
            WHERE id = $2 RETURNING id),
        gone AS (
            DELETE FROM lockkeeper.backfill_workers WHERE backfill = $1 AND id <> $2 AND seen_at < clock_timestamp() - interval '5 minutes')
        SELECT b.command, coalesce(b.command_by, '?'), b.target_chunk, b.rows_per_second, b.throttles,
               (SELECT count(*)::integer FROM lockkeeper.backfill_workers AS w
                WHERE w.backfill = b.name AND w.id <> $2 AND w.seen_at > clock_timestamp() - $3) + 1,
               ARRAY(SELECT DISTINCT r.worker_pid FROM lockkeeper.backfill_ranges AS r WHERE r.backfill = b.name AND r.worker_pid IS NOT NULL),
               EXISTS (SELECT FROM mine)
        FROM lockkeeper.backfills AS b WHERE b.name = $1
        """;

    /// <summary>Enters a process as working at a job.</summary>
    /// <returns>Its number; nothing when there is no such job.</returns>
    public static async Task<long?> EnterAsync(
        NpgsqlConnection connection, string job, int sessions, CancellationToken cancellationToken)
    {
        var numbers = await connection.QueryAsync(
            """
            INSERT INTO lockkeeper.backfill_workers (backfill, host, process, sessions)
            SELECT name, $2, $3, $4 FROM lockkeeper.backfills WHERE name = $1 RETURNING id
            """,
            [new() { Value = job }, new() { Value = Environment.MachineName }, new() { Value = Environment.ProcessId }, new() { Value = sessions }],
            row => (long?)row.GetInt64(0),
            cancellationToken).ConfigureAwait(false);
        return numbers.SingleOrDefault();
    }

    /// <summary>Tells what this process does, and reads what it has to do. A commit that is flushed.</summary>
    /// <returns>Nothing when the job was deleted.</returns>
    public static async Task<Orders?> TellAsync(
        NpgsqlConnection connection, string job, long number, ProcessReport report, CancellationToken cancellationToken)
    {
        var orders = await connection.QueryAsync(
            TellSql,
            [
                new() { Value = job },
                new() { Value = number },
                new() { Value = Silence },
                new() { Value = report.Rows },
                new() { Value = report.RowsPerSecond },
                new() { Value = report.LastChunk },
                Text(report.Held),
                Text(report.Unreadable),
            ],
            OrdersOf,
            cancellationToken).ConfigureAwait(false);
        return orders.SingleOrDefault();
    }

    public static Task LeaveAsync(NpgsqlConnection connection, long number, CancellationToken cancellationToken) =>
        connection.ExecuteAsync("DELETE FROM lockkeeper.backfill_workers WHERE id = $1", [new() { Value = number }], cancellationToken);

    /// <summary>Throttles as they are recorded. One that this version does not know is one that cannot be read.</summary>
    public static ImmutableArray<Throttle> ThrottlesOf(IEnumerable<string> texts) => [.. texts.Select(text =>
    {
        try
        {
            return ThrottleText.Parse(text);
        }
        catch (FormatException)
        {
            return new UnknownThrottle(text);
        }
    })];

    public static BackfillCommand CommandOf(string word) => word switch
    {
        "pause" => BackfillCommand.Pause,
        "cancel" => BackfillCommand.Cancel,
        _ => BackfillCommand.Run,
    };

    private static Orders OrdersOf(NpgsqlDataReader row) => new()
    {
        Command = CommandOf(row.GetString(0)),
        CommandBy = row.GetString(1),
        TargetChunk = row.IsDBNull(2) ? null : row.GetTimeSpan(2),
        RowsPerSecond = row.IsDBNull(3) ? null : row.GetDouble(3),
        Throttles = row.IsDBNull(4) ? null : ThrottlesOf(row.GetFieldValue<string[]>(4)),
        Processes = row.GetInt32(5),
        Workers = row.GetFieldValue<int[]>(6),
        IsEntered = row.GetBoolean(7),
    };

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };
}
