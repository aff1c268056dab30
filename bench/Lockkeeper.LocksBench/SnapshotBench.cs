using System.Diagnostics;
using System.Globalization;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Locks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.LocksBench;

/// <summary>Many sessions wait for one row; a snapshot of ours and pg_blocking_pids for each waiter look at them.</summary>
internal sealed class SnapshotBench(int waiters, int looks, int? version)
{
    private const string Update = "UPDATE hot SET n = n + 1 WHERE id = 1";

    private const string BlockingPids = "SELECT l.pid, pg_blocking_pids(l.pid) FROM pg_locks l WHERE NOT l.granted";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new PostgresServerOptions { Version = version };
        await using var server = await PostgresServer.StartAsync(
            options with
            {
                Settings = options.Settings
                    .Add("max_connections", (waiters + 20).ToString(CultureInfo.InvariantCulture))
                    // The first look for a deadlock would disturb what is measured.
                    .Add("deadlock_timeout", "1h"),
            },
            cancellationToken);
        await using var dataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { MaxPoolSize = waiters + 20 }.ConnectionString);
        await ExecuteAsync(dataSource, "CREATE TABLE hot (id int PRIMARY KEY, n int NOT NULL); INSERT INTO hot VALUES (1, 0)", cancellationToken);

        await using var holder = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(holder, Update, cancellationToken);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = Enumerable.Range(0, waiters).Select(_ => WaitAsync(dataSource, over.Task, cancellationToken)).ToArray();
        await using var observer = await dataSource.OpenConnectionAsync(cancellationToken);
        await UntilAsync(observer, waiters, cancellationToken);
        Write($"PostgreSQL {server.VersionText}, {waiters} sessions wait for one row, {looks} looks each, milliseconds");
        await MeasureAsync(observer, dataSource, "queue for the row", waiters, cancellationToken);

        // Now one of them has it, and most of the others wait for its transaction, without a lock that names the row.
        await transaction.CommitAsync(cancellationToken);
        await UntilAsync(observer, waiters - 1, cancellationToken);
        await MeasureAsync(observer, dataSource, "after a hand-over", waiters - 1, cancellationToken);
        over.SetResult();
        await Task.WhenAll(waiting);
    }

    private async Task MeasureAsync(
        NpgsqlConnection observer, NpgsqlDataSource dataSource, string when, int expected, CancellationToken cancellationToken)
    {
        await MeasureAsync($"{when}: one statement, all concluded", Look(findRows: false), cancellationToken);
        await MeasureAsync($"{when}: the same, row by its key", Look(findRows: true), cancellationToken);
        await MeasureAsync($"{when}: pg_blocking_pids for each", async () => await RowsAsync(observer, BlockingPids, cancellationToken), cancellationToken);

        Func<Task> Look(bool findRows)
        {
            var doctor = new LockDoctor(dataSource, new LockDoctorOptions { FindRows = findRows }, TimeProvider.System, NullLoggerFactory.Instance);
            return async () =>
            {
                var snapshot = await doctor.SnapshotAsync(cancellationToken);
                if (snapshot.Waiting != expected)
                {
                    throw new InvalidOperationException($"It saw {snapshot.Waiting} of {expected}.");
                }
            };
        }
    }

    private async Task MeasureAsync(string what, Func<Task> look, CancellationToken cancellationToken)
    {
        // The runtime compiles a method anew, and better, when it has run 30 times.
        const int WarmUps = 300;
        for (var i = 0; i < WarmUps; i++)
        {
            await look();
        }

        var times = new List<double>();
        for (var i = 0; i < looks; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var since = Stopwatch.GetTimestamp();
            await look();
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
        }

        times.Sort();
        Write($"{what,-52} median {times[times.Count / 2]:0.0}  95 % {times[times.Count * 95 / 100]:0.0}  longest {times[^1]:0.0}");
    }

    private static async Task WaitAsync(NpgsqlDataSource dataSource, Task over, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, Update, cancellationToken);
        await over.WaitAsync(cancellationToken);
        await transaction.RollbackAsync(cancellationToken);
    }

    private static async Task UntilAsync(NpgsqlConnection connection, int waiting, CancellationToken cancellationToken)
    {
        while (await RowsAsync(connection, "SELECT pid FROM pg_locks WHERE NOT granted", cancellationToken) != waiting)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<int> RowsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            rows++;
        }

        return rows;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlDataSource dataSource, string sql, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, sql, cancellationToken);
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
