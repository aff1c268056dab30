using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

public sealed class LatestTests(PostgresFixture postgres)
{
    [Fact]
    public async Task The_version_of_the_database_is_the_latest_that_clients_can_use()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"], ["start", scene.File("02_note.yaml", Scene.AddNote)]);

        Assert.Equal("public_02_note\n", (await scene.RunAsync("latest", "schema")).Out);
        Assert.Equal("02_note\n", (await scene.RunAsync("latest", "migration")).Out);
        Assert.Equal(
            "postgres://ada@db/shop?options=-c%20search_path%3Dpublic_02_note\n", (await scene.RunAsync("latest", "url", "postgres://ada@db/shop")).Out);
        Assert.Contains("Search Path=public_02_note", (await scene.RunAsync("latest", "url")).Out, StringComparison.Ordinal);
        Assert.Contains("\"schema\": \"public_02_note\"", (await scene.RunAsync("latest", "schema", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_of_the_url_sees_the_new_version()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"], ["start", scene.File("02_note.yaml", Scene.AddNote)]);
        var url = (await scene.RunAsync("latest", "url")).Out.TrimEnd();

        await using var connection = new Npgsql.NpgsqlConnection(url);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            "CUSTOMER 1", await connection.ScalarAsync<string>("SELECT note FROM orders WHERE id = 1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Files_need_no_database()
    {
        using var files = new TemporaryFile("01_a.yaml", "operations: [{sql: {up: SELECT 1}}]");
        files.Add("02_b.yaml", "version_schema: two\noperations: [{sql: {up: SELECT 1}}]");

        Assert.Equal((0, "shop_two\n"), await RunAsync("latest", "schema", "--local", files.Folder, "--schema", "shop"));
        Assert.Equal((0, "02_b\n"), await RunAsync("latest", "migration", "-l", files.Folder));
        Assert.Equal(
            (0, "postgres://db?options=-c%20search_path%3Dpublic_two\n"), await RunAsync("latest", "url", "postgres://db", "-l", files.Folder));
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("migration")]
    [InlineData("url")]
    public async Task Without_a_version_there_is_no_latest_one(string what)
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);

        var result = await scene.RunAsync("latest", what);
        var local = await scene.RunAsync("latest", what, "--local", scene.Folder);

        Assert.All([result, local], refused =>
        {
            Assert.Equal((3, ""), (refused.ExitCode, refused.Out));
            Assert.Contains("error LK1403: ", refused.Error, StringComparison.Ordinal);
        });
    }

    private static async Task<(int ExitCode, string Out)> RunAsync(params string[] args)
    {
        var terminal = TestTerminal.Piped();
        return (await terminal.RunAsync(args), terminal.Out);
    }
}
