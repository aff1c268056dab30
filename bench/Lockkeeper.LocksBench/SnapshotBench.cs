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
        var waiting = Enumerable.Range(0, waiters).Select(_ => ExecuteAsync(dataSource, Update, cancellationToken)).ToArray();
        await using var observer = await dataSource.OpenConnectionAsync(cancellationToken);
        while (await CountAsync(observer, cancellationToken) < waiters)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
        }

        Write($"PostgreSQL {server.VersionText}, {waiters} sessions wait for one row, {looks} looks each, milliseconds");
        await MeasureAsync("LockDoctor.SnapshotAsync, row found by its key", Look(dataSource, findRows: true), cancellationToken);
        await MeasureAsync("LockDoctor.SnapshotAsync, one statement alone", Look(dataSource, findRows: false), cancellationToken);
        await MeasureAsync("pg_blocking_pids for each waiter", async () => await RowsAsync(observer, BlockingPids, cancellationToken), cancellationToken);

        await transaction.RollbackAsync(cancellationToken);
        await Task.WhenAll(waiting);

        Func<Task> Look(NpgsqlDataSource source, bool findRows)
        {
            var doctor = new LockDoctor(source, new LockDoctorOptions { FindRows = findRows }, TimeProvider.System, NullLoggerFactory.Instance);
            return async () =>
            {
                var snapshot = await doctor.SnapshotAsync(cancellationToken);
                if (snapshot.Waiting != waiters)
                {
                    throw new InvalidOperationException($"It saw {snapshot.Waiting} of {waiters}.");
                }
            };
        }
    }

    private async Task MeasureAsync(string what, Func<Task> look, CancellationToken cancellationToken)
    {
        const int WarmUps = 10;
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
        Write($"{what,-50} median {times[times.Count / 2]:0.0}  95 % {times[times.Count * 95 / 100]:0.0}  longest {times[^1]:0.0}");
    }

    private static async Task<int> CountAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await RowsAsync(connection, "SELECT pid FROM pg_locks WHERE NOT granted", cancellationToken);

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
