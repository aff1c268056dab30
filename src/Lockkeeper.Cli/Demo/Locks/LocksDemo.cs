using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Locks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Lockkeeper.Cli.Demo.Locks;

/// <summary>Makes a hot row and a deadlock on a server of its own, so that both can be looked at.</summary>
/// <param name="server">The server, in which nobody else is.</param>
/// <param name="time">The clock.</param>
/// <param name="logs">Where the library logs.</param>
internal sealed class LocksDemo(PostgresServer server, TimeProvider time, ILoggerFactory logs)
{
    private const int Workers = 5;
    private const string Sell = "UPDATE stock SET items = items - 1 WHERE article = 17";

    // Long enough for a person to believe the times that are shown, and far above what the sessions need to get there.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(10);

    /// <summary>The settings of the server: it looks for deadlocks soon, and logs waits.</summary>
    public static PostgresServerOptions Options(TimeProvider time, ILoggerFactory logs)
    {
        var options = new PostgresServerOptions { TimeProvider = time, LoggerFactory = logs };
        return options with { Settings = options.Settings.Add("deadlock_timeout", "300ms").Add("log_lock_waits", "on") };
    }

    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync("setup", cancellationToken);
        await ExecuteAsync(
            connection,
            "CREATE TABLE stock (article int PRIMARY KEY, items int NOT NULL); INSERT INTO stock SELECT g, 100 FROM generate_series(1, 50) g",
            cancellationToken);
    }

    /// <summary>One session changes a row and then does nothing; others want the row. Returns what a look at them shows.</summary>
    public async Task<LockSnapshot> QueueForOneRowAsync(CancellationToken cancellationToken)
    {
        await using var holder = await OpenAsync("checkout", cancellationToken);
        await ExecuteAsync(holder, "BEGIN", cancellationToken);
        await ExecuteAsync(holder, Sell, cancellationToken);
        var waiting = new List<Task>();
        for (var worker = 1; worker <= Workers; worker++)
        {
            waiting.Add(WaitAsync($"worker {worker}", cancellationToken));
            await SeenAsync(worker, cancellationToken);
        }

        await Task.Delay(Hold, time, cancellationToken);
        var snapshot = await SeenAsync(Workers, cancellationToken);
        await ExecuteAsync(holder, "ROLLBACK", cancellationToken);
        await Task.WhenAll(waiting);
        return snapshot;
    }

    /// <summary>Two sessions change two rows in opposite order. Returns what the server's log tells of it.</summary>
    public async Task<DeadlockReport> DeadlockAsync(CancellationToken cancellationToken)
    {
        await using var one = await OpenAsync("order 1001", cancellationToken);
        await using var two = await OpenAsync("order 1002", cancellationToken);
        await ExecuteAsync(one, "BEGIN; UPDATE stock SET items = items - 1 WHERE article = 3", cancellationToken);
        await ExecuteAsync(two, "BEGIN; UPDATE stock SET items = items - 2 WHERE article = 8", cancellationToken);
        await Task.WhenAll(
            EndAsync(one, "UPDATE stock SET items = items - 1 WHERE article = 8", cancellationToken),
            EndAsync(two, "UPDATE stock SET items = items - 2 WHERE article = 3", cancellationToken));
        using var log = new StreamReader(new FileStream(server.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return DeadlockReport.Parse(log);
    }

    private static async Task EndAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(connection, statement, cancellationToken);
        }
        catch (PostgresException ended) when (ended.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            // One of the two is; that is what is shown.
        }

        await ExecuteAsync(connection, "ROLLBACK", cancellationToken);
    }

    private async Task WaitAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(name, cancellationToken);
        await ExecuteAsync(connection, Sell, cancellationToken);
    }

    private async Task<LockSnapshot> SeenAsync(int waiting, CancellationToken cancellationToken)
    {
        await using var dataSource = NpgsqlDataSource.Create(server.ConnectionString);
        var doctor = new LockDoctor(dataSource, new LockDoctorOptions(), time, logs);
        var snapshot = await doctor.SnapshotAsync(cancellationToken);
        while (snapshot.Waiting < waiting)
        {
            await Task.Delay(LookAgainAfter, time, cancellationToken);
            snapshot = await doctor.SnapshotAsync(cancellationToken);
        }

        return snapshot;
    }

    private async Task<NpgsqlConnection> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            ApplicationName = name,
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
