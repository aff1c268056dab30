using System.Text.Json;
using Lockkeeper.Cli;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.CliTests.Demo;

public sealed class DemoCommandTests(PostgresFixture postgres)
{
    private const string DemoDatabases = "SELECT count(*) FROM pg_database WHERE datname LIKE 'lockkeeper\\_demo\\_%'";

    private static readonly string[] Fields =
    [
        "rows", "seconds", "rowsPerSecond", "tableBytesBefore", "tableBytesAfter", "hotShare", "clientStatements", "failedStatements",
        "longestStallMs", "lostWrites", "deadlocks",
    ];

    private readonly TestTerminal _terminal = TestTerminal.Piped();

    [Theory, EachPostgres]
    public async Task The_promise_is_kept_and_the_result_is_one_object_of_exactly_these_fields(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var server = await postgres.ServerAsync(version, cancellationToken);

        var exitCode = await RunAsync(["demo", "--rows", "2000", "--server", server.ConnectionString, "--json"], cancellationToken);

        Assert.True(exitCode == 0, $"exit code {exitCode}\n{_terminal.Out}\n{_terminal.Error}");
        using var result = JsonDocument.Parse(_terminal.Out);
        Assert.Equal(Fields, result.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal(2000, Number("rows"));
        Assert.Equal(0, Number("failedStatements"));
        Assert.Equal(0, Number("lostWrites"));
        Assert.Equal(Number("rows") / Number("seconds"), Number("rowsPerSecond"), tolerance: 0.01);
        Assert.InRange(Number("hotShare"), 0.001, 1);
        Assert.True(Number("clientStatements") > 1000);
        Assert.True(Number("longestStallMs") > 0);
        Assert.True(Number("tableBytesAfter") > Number("tableBytesBefore"));
        Assert.Empty(_terminal.Error);
        Assert.Equal(0, await CountDemoDatabasesAsync(server, cancellationToken));

        double Number(string field) => result.RootElement.GetProperty(field).GetDouble();
    }

    [Fact]
    public async Task The_summary_says_what_was_kept()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var server = await postgres.ServerAsync(PostgresVersions.First, cancellationToken);

        var exitCode = await RunAsync(["demo", "--rows", "1000", "--server", server.ConnectionString], cancellationToken);

        Assert.True(exitCode == 0, $"exit code {exitCode}\n{_terminal.Out}\n{_terminal.Error}");
        Assert.Contains("Kept: no statement failed, no write was lost, and every row is right.", _terminal.Out, StringComparison.Ordinal);
        Assert.Contains("lost writes", _terminal.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', _terminal.Out + _terminal.Error);
    }

    [Fact]
    public async Task An_interrupted_demo_leaves_nothing_on_a_borrowed_server()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var server = await postgres.ServerAsync(PostgresVersions.First, cancellationToken);
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        var running = RunAsync(["demo", "--rows", "2000", "--server", server.ConnectionString], interrupt.Token);
        await UntilClientsWriteAsync(server, running, cancellationToken);
        await interrupt.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, (ExitCode)await running);
        Assert.Contains("is dropped; nothing else was touched.", _terminal.Error, StringComparison.Ordinal);
        Assert.Equal(0, await CountDemoDatabasesAsync(server, cancellationToken));
    }

    [Fact]
    public async Task Asked_to_end_in_the_middle_it_removes_the_server_that_it_started()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var demo = CommandProcess.Start(new Dictionary<string, string>(), "demo", "--rows", "1000");
        await demo.WaitForErrorAsync("Start 02_typed_amounts.yaml", cancellationToken);
        Assert.Single(ServersOf(demo));

        demo.Terminate();
        var ended = await demo.EndAsync(cancellationToken);

        Assert.Equal(ExitCode.Interrupted, (ExitCode)ended.ExitCode);
        Assert.Contains("now: The demo's server is stopped, and its folder is removed.", ended.Error, StringComparison.Ordinal);
        Assert.Empty(ServersOf(demo));
    }

    [Fact]
    public async Task A_kept_database_is_named_with_what_removes_it()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var server = await postgres.ServerAsync(PostgresVersions.First, cancellationToken);

        var exitCode = await RunAsync(["demo", "--rows", "1000", "--keep", "--server", server.ConnectionString, "--json"], cancellationToken);

        Assert.Equal(0, exitCode);
        var drop = _terminal.Error[_terminal.Error.IndexOf("DROP DATABASE", StringComparison.Ordinal)..];
        Assert.Equal(1, await CountDemoDatabasesAsync(server, cancellationToken));
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(drop, cancellationToken);
    }

    [Theory]
    [InlineData("--rows", "5")]
    [InlineData("--rows", "many")]
    [InlineData("--schema", "shop")]
    [InlineData("--postgres-url", "postgres://localhost/production")]
    [InlineData("--server", "postgres://localhost?nonsense=1")]
    public async Task What_makes_no_sense_is_refused_before_a_server_is_started(string option, string value)
    {
        Assert.Equal(ExitCode.Usage, (ExitCode)await RunAsync(["demo", option, value], TestContext.Current.CancellationToken));
        Assert.Contains(option, _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Out);
    }

    private Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken) =>
        CommandTree.RunAsync(arguments, _terminal.Context(), cancellationToken);

    // Root's servers run as somebody else, and lie where everybody may go.
    private static IEnumerable<string> ServersOf(CommandProcess demo) =>
        new[] { Path.TrimEndingDirectorySeparator(Path.GetTempPath()), "/tmp" }.Distinct().Where(Directory.Exists)
            .SelectMany(parent => Directory.EnumerateDirectories(parent, $"lockkeeper-postgres-{demo.Id}-*"));

    private static async Task<long> CountDemoDatabasesAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await connection.ScalarAsync<long>(DemoDatabases, cancellationToken);
    }

    private static async Task UntilClientsWriteAsync(PostgresServer server, Task running, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        while (!running.IsCompleted && await connection.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'demo client%' AND datname LIKE 'lockkeeper\\_demo\\_%'", cancellationToken) == 0)
        {
            await Task.Yield();
        }
    }
}
