using System.Collections.Concurrent;
using System.Collections.Immutable;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>
/// Servers on which nobody else works, autovacuum included: a snapshot of anybody who has just connected, or of an analyze of a catalog, can
/// keep pages from being pruned for as long as a busy machine makes it last.
/// </summary>
public sealed class QuietServers : IAsyncDisposable
{
    private static readonly ImmutableSortedDictionary<string, string> Settings =
        ImmutableSortedDictionary<string, string>.Empty.Add("autovacuum", "off").Add("max_wal_size", "256MB");

    private readonly ConcurrentDictionary<int, Lazy<Task<PostgresServer>>> _servers = new();

    /// <summary>An empty database; the test is skipped where that version is not to be had.</summary>
    public async Task<TestDatabase> CreateAsync(PostgresFixture postgres, int version, CancellationToken cancellationToken)
    {
        await postgres.ServerAsync(version, cancellationToken);
        var starting = _servers.GetOrAdd(version, v => new Lazy<Task<PostgresServer>>(() => PostgresServer.StartAsync(
            new PostgresServerOptions { Version = v, Settings = Settings }, CancellationToken.None)));
        var server = await starting.Value.WaitAsync(cancellationToken);
        return new TestDatabase(version, await server.CreateDatabaseAsync(null, cancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var starting in _servers.Values.Where(server => server.Value.IsCompletedSuccessfully))
        {
            await (await starting.Value).DisposeAsync();
        }
    }
}
