using System.Collections.Concurrent;
using System.Collections.Immutable;
using Lockkeeper.EmbeddedPostgres;

namespace Lockkeeper.TestKit;

/// <summary>The servers of a test process: one per version, started when the first test wants it, removed after the last.</summary>
/// <remarks>Each test assembly registers it with <c>[assembly: AssemblyFixture(typeof(PostgresFixture))]</c>; test classes take it in their constructor.</remarks>
public sealed class PostgresFixture : IAsyncDisposable
{
    // A lock wait appears in the log after deadlock_timeout, which stays at the default that users have.
    private static readonly ImmutableSortedDictionary<string, string> Settings = ImmutableSortedDictionary<string, string>.Empty
        .Add("log_lock_waits", "on")
        .Add("deadlock_timeout", "1s")

        // What is in memory should stay small: the default lets the log grow to 1 GB.
        .Add("max_wal_size", "256MB")

        // Off by default; tests of prepared transactions need it.
        .Add("max_prepared_transactions", "10");

    private readonly ConcurrentDictionary<int, Lazy<Task<PostgresServer>>> _servers = new();
    private readonly ConcurrentDictionary<(int Version, DatabaseTemplate Template), Lazy<Task<string>>> _templates = new();

    /// <summary>The server of a version. Do not stop it: other tests are using it.</summary>
    public async Task<PostgresServer> ServerAsync(int version, CancellationToken cancellationToken)
    {
        var starting = _servers.GetOrAdd(version, v => new Lazy<Task<PostgresServer>>(() => PostgresServer.StartAsync(
            new PostgresServerOptions { Version = v, Settings = Settings, ParentFolder = MemoryFolder.IfRoomy() },
            CancellationToken.None)));
        try
        {
            return await starting.Value.WaitAsync(cancellationToken);
        }
        catch (PostgresStartException nothing) when (nothing.Code == "LK0001" && !MustRun)
        {
            Assert.Skip(nothing.Message);
            throw;
        }
    }

    /// <summary>An empty database of one's own on the first wanted version.</summary>
    public Task<TestDatabase> CloneAsync(CancellationToken cancellationToken) =>
        CloneAsync(PostgresVersions.First, cancellationToken);

    /// <summary>An empty database of one's own on a given version.</summary>
    public async Task<TestDatabase> CloneAsync(int version, CancellationToken cancellationToken)
    {
        var server = await ServerAsync(version, cancellationToken);
        return new TestDatabase(version, await server.CreateDatabaseAsync(null, cancellationToken));
    }

    /// <summary>A copy of a database that is prepared once per server.</summary>
    public async Task<TestDatabase> CloneAsync(int version, DatabaseTemplate template, CancellationToken cancellationToken)
    {
        var server = await ServerAsync(version, cancellationToken);
        var preparing = _templates.GetOrAdd(
            (version, template), key => new Lazy<Task<string>>(() => PrepareAsync(server, key.Template)));
        var name = await preparing.Value.WaitAsync(cancellationToken);
        return new TestDatabase(version, await server.CreateDatabaseAsync(name, cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var starting in _servers.Values.Where(server => server.Value.IsCompletedSuccessfully))
        {
            await (await starting.Value).DisposeAsync();
        }
    }

    // Where nobody looks, a skipped test is a test that never runs again.
    private static bool MustRun =>
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    private static async Task<string> PrepareAsync(PostgresServer server, DatabaseTemplate template)
    {
        // It is never disposed: it lives as long as its server.
        var database = new TestDatabase(server.MajorVersion, await server.CreateDatabaseAsync());
        await database.ExecuteAsync(template.Sql, CancellationToken.None);
        database.CloseConnections();
        return database.Name;
    }
}
