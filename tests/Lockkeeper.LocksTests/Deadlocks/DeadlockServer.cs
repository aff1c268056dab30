using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Locks;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.LocksTests.Deadlocks;

/// <summary>A server of one's own whose log a test reads, and which looks for deadlocks soon.</summary>
internal sealed class DeadlockServer : IAsyncDisposable
{
    private const int MostLooks = 1_000;

    private readonly PostgresServer _server;

    private DeadlockServer(PostgresServer server) => _server = server;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<DeadlockServer> StartAsync(int version, params (string Name, string Value)[] settings)
    {
        var options = new PostgresServerOptions { Version = version };
        return new DeadlockServer(await PostgresServer.StartAsync(
            options with
            {
                Settings = options.Settings.Add("deadlock_timeout", "100ms").Add("log_lock_waits", "on")
                    .AddRange(settings.Select(s => KeyValuePair.Create(s.Name, s.Value))),
            },
            Cancel));
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await connection.ExecuteAsync(sql, Cancel);
    }

    /// <summary>
    /// Makes a ring: each session begins and runs its first statement; then each runs its last one as soon as the one before waits, and the
    /// server ends at least one of them. One without a first statement is in no transaction.
    /// </summary>
    public async Task RingAsync(params (string? First, string Last)[] sessions)
    {
        var connections = new List<NpgsqlConnection>();
        try
        {
            foreach (var (first, _) in sessions)
            {
                connections.Add(await OpenAsync());
                await connections[^1].ExecuteAsync(first is null ? "SELECT" : $"BEGIN; {first}", Cancel);
            }

            await using var observer = await OpenAsync();
            var endings = new List<Task<string?>>();
            foreach (var (session, connection) in sessions.Zip(connections))
            {
                var ending = EndAsync(connection, session.Last);
                endings.Add(ending);
                while (!ending.IsCompleted
                    && await observer.ScalarAsync<int>($"SELECT cardinality(pg_blocking_pids({connection.ProcessID}))", Cancel) == 0)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Cancel);
                }
            }

            Assert.Contains(PostgresErrorCodes.DeadlockDetected, await Task.WhenAll(endings));
        }
        finally
        {
            foreach (var connection in connections)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>What the server wrote to standard error.</summary>
    public DeadlockReport Report()
    {
        using var log = new StreamReader(new FileStream(_server.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return DeadlockReport.Parse(log);
    }

    /// <summary>What the server wrote to a file of its log folder, once so many deadlocks are in it: another process writes it, a moment later.</summary>
    public async Task<DeadlockReport> ReportAsync(string extension, int deadlocks)
    {
        var folder = Directory.GetDirectories(Path.GetDirectoryName(_server.LogFile)!, "log", SearchOption.AllDirectories).Single();
        var file = Directory.GetFiles(folder, $"*.{extension}").Single();
        for (var looks = 0; ; looks++)
        {
            using var log = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var report = DeadlockReport.Parse(log);
            if (report.Count >= deadlocks || looks == MostLooks)
            {
                return report;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Cancel);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<string?> EndAsync(NpgsqlConnection connection, string statement)
    {
        try
        {
            await connection.ExecuteAsync(statement, Cancel);
            await connection.ExecuteAsync("COMMIT", Cancel);
            return null;
        }
        catch (PostgresException refused)
        {
            await connection.ExecuteAsync("ROLLBACK", Cancel);
            return refused.SqlState;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancel);
        return connection;
    }
}
