using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Binaries;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.PostgresTests.EmbeddedPostgres;

public sealed class PostgresServerTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly string _parent = Directory.CreateTempSubdirectory("lockkeeper-test-").FullName;

    public PostgresServerTests(ITestOutputHelper output)
    {
        _output = output;
        FileModes.Open(_parent);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    [Theory, EachPostgres]
    public async Task A_server_of_the_wanted_version_starts_answers_and_leaves_nothing(int version)
    {
        string folder;
        int process;
        var began = Stopwatch.GetTimestamp();
        await using (var server = await PostgresServer.StartAsync(new PostgresServerOptions { Version = version }, Cancellation))
        {
            _output.WriteLine($"PostgreSQL {server.VersionText} started in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms");
            folder = Path.GetDirectoryName(server.LogFile)!;
            process = server.ProcessId!.Value;

            Assert.Equal(version, server.MajorVersion);
            var number = await ScalarAsync(server.ConnectionString, "SELECT current_setting('server_version_num')::int / 10000");
            Assert.Equal(version, number);
            Assert.True(File.Exists(server.LogFile));
        }

        Assert.False(Directory.Exists(folder));
        await Processes.UntilAsync(() => !Processes.IsAlive(process), Cancellation);
    }

    [Fact]
    public async Task Several_servers_run_at_once_each_on_a_port_of_its_own()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PostgresServer.StartAsync(null, Cancellation)));
        try
        {
            Assert.Equal(3, servers.Select(server => server.Port).Distinct().Count());
            foreach (var server in servers)
            {
                Assert.Equal(server.Port, await ScalarAsync(server.ConnectionString, "SELECT inet_server_port()"));
            }
        }
        finally
        {
            await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
        }
    }

    [Fact]
    public async Task A_server_is_fast_by_default_and_listens_nowhere_but_on_this_machine()
    {
        await using var server = await PostgresServer.StartAsync(null, Cancellation);

        Assert.Equal("off off off", await SettingsAsync(server));
        Assert.Equal("127.0.0.1", await ScalarAsync(server.ConnectionString, "SELECT current_setting('listen_addresses')"));
        Assert.Equal("", await ScalarAsync(server.ConnectionString, "SELECT current_setting('unix_socket_directories')"));
    }

    [Fact]
    public async Task A_durable_server_flushes_and_takes_settings_with_quotes_and_backslashes()
    {
        var options = new PostgresServerOptions
        {
            Durable = true,
            Settings = ImmutableSortedDictionary<string, string>.Empty
                .Add("wal_level", "logical")
                .Add("port", "1")
                .Add("lockkeeper.note", @"it's C:\temp"),
        };
        await using var server = await PostgresServer.StartAsync(options, Cancellation);

        Assert.Equal("on on on", await SettingsAsync(server));
        Assert.Equal("logical", await ScalarAsync(server.ConnectionString, "SELECT current_setting('wal_level')"));
        Assert.Equal(@"it's C:\temp", await ScalarAsync(server.ConnectionString, "SELECT current_setting('lockkeeper.note')"));
    }

    [Fact]
    public async Task A_server_keeps_its_data_and_its_port_when_restarted_and_when_killed()
    {
        await using var server = await PostgresServer.StartAsync(null, Cancellation);
        await ScalarAsync(server.ConnectionString, "CREATE TABLE kept AS SELECT 7 AS n; SELECT 0");
        await server.RestartAsync(Cancellation);
        Assert.Equal(7, await ScalarAsync(server.ConnectionString, "SELECT n FROM kept"));

        var before = server.ProcessId;
        await server.KillAsync(Cancellation);
        await server.RestartAsync(Cancellation);

        Assert.NotEqual(before, server.ProcessId);
        Assert.Equal(7, await ScalarAsync(server.ConnectionString, "SELECT n FROM kept"));
        await server.StopAsync(Cancellation);
        await server.StopAsync(Cancellation);
        Assert.Null(server.ProcessId);
    }

    [Fact]
    public async Task A_setting_that_the_server_refuses_is_told_in_its_own_words_and_nothing_remains()
    {
        var options = new PostgresServerOptions
        {
            ParentFolder = _parent,
            Settings = ImmutableSortedDictionary<string, string>.Empty.Add("max_connections", "many"),
        };

        var failure = await Assert.ThrowsAsync<PostgresStartException>(() => PostgresServer.StartAsync(options, Cancellation));

        Assert.Equal("LK0006", failure.Code);
        Assert.Contains("max_connections", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_parent));
    }

    [Theory]
    [InlineData("data/PG_VERSION")]
    [InlineData("server.log")]
    public async Task A_cancelled_start_leaves_nothing_wherever_it_was(string untilThisFile)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var starting = PostgresServer.StartAsync(new PostgresServerOptions { ParentFolder = _parent }, source.Token);
        await Processes.UntilAsync(
            () => starting.IsCompleted
                || Directory.EnumerateDirectories(_parent).Any(folder => File.Exists(Path.Combine(folder, untilThisFile))),
            Cancellation);

        await source.CancelAsync();

        try
        {
            // It may have been quicker than we were; then it is a server like any other.
            await (await starting).DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            Assert.True(starting.IsCanceled);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_parent));
    }

    private static async Task<string?> SettingsAsync(PostgresServer server) => (string?)await ScalarAsync(
        server.ConnectionString,
        "SELECT concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'))");

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
