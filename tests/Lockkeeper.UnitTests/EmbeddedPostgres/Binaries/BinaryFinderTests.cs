using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Binaries;
using Lockkeeper.EmbeddedPostgres.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockkeeper.UnitTests.EmbeddedPostgres.Binaries;

public sealed class BinaryFinderTests : IDisposable
{
    private readonly TemporaryFolder _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task The_variable_wins_over_PATH_and_PATH_over_the_usual_folders()
    {
        var configured = _machine.WithServer("configured", "14.1");
        var onPath = _machine.WithServer("path", "15.1");
        var usual = _machine.WithServer("usr/lib/postgresql/16/bin", "16.1");
        var all = Linux with { ConfiguredBin = configured, SearchPath = onPath };

        Assert.Equal(configured, await FindAsync(all, null));
        Assert.Equal(onPath, await FindAsync(all with { ConfiguredBin = null }, null));
        Assert.Equal(usual, await FindAsync(all with { ConfiguredBin = "", SearchPath = "" }, null));
    }

    [Fact]
    public async Task A_wanted_version_is_looked_for_beyond_the_variable()
    {
        var all = Linux with { ConfiguredBin = _machine.WithServer("configured", "14.1") };
        var usual = _machine.WithServer("usr/lib/postgresql/16/bin", "16.1");

        Assert.Equal(usual, await FindAsync(all, 16));
        Assert.Null(await FindAsync(all, 17));
    }

    [Fact]
    public async Task Versions_that_are_not_supported_and_programs_that_do_not_run_are_passed_over()
    {
        _machine.WithServer("usr/lib/postgresql/19/bin", "19devel");
        _machine.WithServer("usr/lib/postgresql/18/bin");
        _machine.WithProgram("usr/lib/postgresql/18/bin/postgres", "echo 'no such library' >&2; exit 127");
        _machine.WithServer("usr/lib/postgresql/13/bin", "13.9");
        var good = _machine.WithServer("opt/PostgreSQL/15/bin", "15.3");

        Assert.Equal(good, await FindAsync(Linux, null));
    }

    [Fact]
    public async Task A_variable_that_names_a_folder_without_a_server_is_refused()
    {
        var failure = await Assert.ThrowsAsync<PostgresStartException>(
            () => FindAsync(Linux with { ConfiguredBin = _machine.In("nowhere") }, null));

        Assert.Equal("LK0002", failure.Code);
        Assert.Contains(_machine.In("nowhere"), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_names_a_server_that_does_not_run_is_refused_with_what_it_said()
    {
        var folder = _machine.WithServer("configured");
        _machine.WithProgram("configured/postgres", "echo 'no such library' >&2; exit 127");

        var failure = await Assert.ThrowsAsync<PostgresStartException>(
            () => FindAsync(Linux with { ConfiguredBin = folder }, null));

        Assert.Equal("LK0003", failure.Code);
        Assert.Contains("no such library", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_and_without_npm_one_message_says_what_to_install()
    {
        var options = new PostgresServerOptions { Surroundings = Linux with { SearchPath = _machine.In("empty") } };

        var failure = await Assert.ThrowsAsync<PostgresStartException>(
            () => PostgresServer.StartAsync(options, TestContext.Current.CancellationToken));

        Assert.Equal("LK0001", failure.Code);
        foreach (var advice in new[] { "apt install postgresql", "brew install postgresql@18", "Node.js", "LOCKKEEPER_PG_BIN", _machine.In("empty") })
        {
            Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_npm_that_fails_is_quoted_and_leaves_the_cache_empty()
    {
        var npm = _machine.WithProgram("tools/npm", "echo 'npm error network down' >&2; exit 1");
        var options = new PostgresServerOptions { Surroundings = Linux with { SearchPath = Path.GetDirectoryName(npm)! } };

        var failure = await Assert.ThrowsAsync<PostgresStartException>(
            () => PostgresServer.StartAsync(options, TestContext.Current.CancellationToken));

        Assert.Equal("LK0004", failure.Code);
        Assert.Contains("npm error network down", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(BinaryCache.Folder(Linux)));
    }

    private Surroundings Linux => new()
    {
        System = SystemKind.Linux,
        Root = _machine.Path,
        UserCache = _machine.In("cache"),
    };

    private static async Task<string?> FindAsync(Surroundings surroundings, int? wanted)
    {
        var finder = new BinaryFinder(surroundings, ServerAccount.Caller, TimeProvider.System, NullLogger.Instance);
        return (await finder.FindAsync(wanted, TestContext.Current.CancellationToken))?.Folder;
    }
}
