using System.Globalization;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Databases;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.Cli.Demo.Servers;

/// <summary>A server started for the demo, which goes with it.</summary>
internal sealed class EmbeddedDemoDatabase : DemoDatabase
{
    private readonly PostgresServer _server;
    private readonly PostgresDatabase _database;
    private readonly TimeProvider _time;

    private EmbeddedDemoDatabase(PostgresServer server, PostgresDatabase database, TimeProvider time)
    {
        _server = server;
        _database = database;
        _time = time;
    }

    public override string Connection => _database.ConnectionString;

    public override string PsqlArguments =>
        string.Create(CultureInfo.InvariantCulture, $"-h 127.0.0.1 -p {_server.Port} -U postgres {_database.Name}");

    public override string Description =>
        string.Create(CultureInfo.InvariantCulture, $"PostgreSQL {_server.VersionText} on 127.0.0.1:{_server.Port}, flushing to disk as in production");

    public override string WhenRemoved => "The demo's server is stopped, and its folder is removed.";

    /// <summary>Starts it.</summary>
    /// <exception cref="PostgresStartException">There is no server, and no npm to fetch one.</exception>
    public static async Task<EmbeddedDemoDatabase> StartAsync(TimeProvider time, ILoggerFactory logs, CancellationToken cancellationToken)
    {
        // Without fsync every commit is free, and the numbers would flatter.
        var server = await PostgresServer.StartAsync(
            new PostgresServerOptions { Durable = true, TimeProvider = time, LoggerFactory = logs }, cancellationToken);
        try
        {
            return new EmbeddedDemoDatabase(server, await server.CreateDatabaseAsync(cancellationToken: cancellationToken), time);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public override async Task KeepAsync(Action<string> say, CancellationToken cancellationToken)
    {
        say($"The server stays until Ctrl+C. To look at it: psql {PsqlArguments}");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // That is what was waited for.
        }
    }

    public override ValueTask DisposeAsync() => _server.DisposeAsync();
}
