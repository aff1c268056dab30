using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.CliTests.Servers;

public sealed class ConnectionTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_nobody_listens_it_says_so_without_the_password()
    {
        // Port 1 belongs to tcpmux, which nothing runs any more.
        foreach (var args in new string[][] { [], ["--json"], ["--verbose"] })
        {
            var terminal = TestTerminal.Piped();

            Assert.Equal(6, await terminal.RunAsync(["status", "--postgres-url", "postgres://ada:s3cret@127.0.0.1:1/shop", .. args]));

            Assert.Contains("error LK8002: No connection to ada@127.0.0.1:1/shop: ", terminal.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", terminal.Error + terminal.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_form_of_a_connection_reaches_the_server()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        var to = new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString);
        string[] forms =
        [
            $"postgres://{to.Username}:s3cret@{to.Host}:{to.Port}/{to.Database}?sslmode=disable&options=-c%20work_mem%3D1MB",
            $"host={to.Host} port={to.Port} user={to.Username} password='s3cret' dbname={to.Database}",
            scene.Database.ConnectionString,
        ];

        foreach (var form in forms)
        {
            var result = await scene.RunAsync("status", "--verbose", "--postgres-url", form);

            Assert.True(result.ExitCode == 0, result.ToString());
            Assert.DoesNotContain("s3cret", result.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named()
    {
        var server = await postgres.ServerAsync(PostgresVersions.First, CancellationToken);
        var terminal = TestTerminal.Piped();

        Assert.Equal(6, await terminal.RunAsync("status", "--postgres-url", $"postgres://postgres@127.0.0.1:{server.Port}/nowhere"));

        Assert.Contains("error LK8004: ", terminal.Error, StringComparison.Ordinal);
        Assert.Contains("nowhere", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_is_not_there_is_named()
    {
        await using var scene = await Scene.CreateAsync(postgres);

        var result = await scene.RunAsync("status", "--role", "No Such");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains(
            "error LK8007: The role \"No Such\" of --role cannot be taken on: role \"No Such\" does not exist (SQLSTATE 22023).", result.Error, StringComparison.Ordinal);
        Assert.Contains("now: Nothing was changed.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_is_refused_is_told_apart()
    {
        var server = await postgres.ServerAsync(PostgresVersions.First, CancellationToken);
        var terminal = TestTerminal.Piped();

        Assert.Equal(6, await terminal.RunAsync("status", "--postgres-url", $"postgres://nobody:s3cret@127.0.0.1:{server.Port}/postgres"));

        Assert.Contains("error LK8003: ", terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", terminal.Error, StringComparison.Ordinal);
    }
}
