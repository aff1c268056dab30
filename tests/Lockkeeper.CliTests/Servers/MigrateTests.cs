using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

public sealed class MigrateTests(PostgresFixture postgres)
{
    private const string AddColumn = "operations: [{add_column: {table: orders, up: \"'x'\", column: {name: NAME, type: text}}}]";

    [Fact]
    public async Task All_that_is_missing_is_completed_but_the_last()
    {
        await using var scene = await InitializedAsync("01_a", "02_b", "03_c");

        var result = await scene.RunAsync("migrate", scene.Folder);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches("^Completed 02_b .*\nStarted 03_c ", result.Out);
        Assert.Contains("migration    03_c\nstate        started", (await scene.RunAsync("status")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_complete_the_last_one_is_completed_too_and_then_nothing_is_missing()
    {
        await using var scene = await InitializedAsync("01_a", "02_b");

        await scene.SucceedAsync(["migrate", scene.Folder, "--complete"]);

        Assert.Equal(new CommandResult(0, "The database is up to date: no migration is missing.\n", ""), await scene.RunAsync("migrate", scene.Folder));
        Assert.Equal(7, (await scene.RunAsync("migrate", scene.Folder, "--detailed-exit-code")).ExitCode);
        Assert.Equal(
            "{\"event\":\"result\",\"verb\":\"migrate\",\"upToDate\":true,\"migrations\":[]}\n",
            (await scene.RunAsync("migrate", scene.Folder, "--json")).Out);
    }

    [Fact]
    public async Task Where_one_is_expected_several_are_refused_and_one_is_not()
    {
        await using var scene = await InitializedAsync("01_a", "02_b", "03_c");

        var result = await scene.RunAsync("migrate", scene.Folder, "--expect-one");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("error LK1401: 2 migrations are missing where one was expected: 02_b, 03_c.", result.Error, StringComparison.Ordinal);
        await scene.SucceedAsync(["start", Path.Combine(scene.Folder, "02_b.yaml"), "-c"], ["migrate", scene.Folder, "--expect-one"]);
        await scene.SucceedAsync(["complete"], ["migrate", scene.Folder, "--expect-one"]);
    }

    [Fact]
    public async Task Tables_without_a_history_need_a_baseline()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);

        await AssertRefusedAsync(scene, "LK8010", "lockkeeper baseline NAME");
    }

    [Fact]
    public async Task An_active_migration_comes_first()
    {
        await using var scene = await InitializedAsync("01_a", "02_b");
        await scene.SucceedAsync(["migrate", scene.Folder]);

        await AssertRefusedAsync(scene, "LK1202", "First: lockkeeper complete, or lockkeeper rollback.");
    }

    [Fact]
    public async Task A_file_that_was_edited_since_is_refused()
    {
        await using var scene = await InitializedAsync("01_a", "02_b");
        await scene.SucceedAsync(["migrate", scene.Folder, "-c"]);
        scene.File("02_b.yaml", AddColumn.Replace("NAME", "other", StringComparison.Ordinal));

        await AssertRefusedAsync(scene, "LK1204", "02_b.yaml is not what was applied as 02_b");
    }

    [Fact]
    public async Task A_file_before_what_is_applied_is_refused()
    {
        await using var scene = await InitializedAsync("01_a", "03_c");
        await scene.SucceedAsync(["migrate", scene.Folder, "-c"]);
        scene.File("02_b.yaml", AddColumn);

        await AssertRefusedAsync(scene, "LK1209", "The folder has 02_b where the database has 03_c.");
    }

    [Fact]
    public async Task What_is_wrong_in_any_file_is_said_before_the_first_is_started()
    {
        await using var scene = await InitializedAsync("01_a", "02_b");
        scene.File("03_c.yaml", "operations: []");
        scene.File("04_d.json", "{");

        var result = await scene.RunAsync("migrate", scene.Folder);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("03_c.yaml:1:", result.Error, StringComparison.Ordinal);
        Assert.Contains("04_d.json:1:", result.Error, StringComparison.Ordinal);
        Assert.Contains("migration    01_a", (await scene.RunAsync("status")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_schema_needs_no_baseline()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.Database.ExecuteAsync("CREATE SCHEMA shop", TestContext.Current.CancellationToken);
        scene.File("01_a.yaml", "operations: [{create_table: {name: t, columns: [{name: id, type: int, pk: true}]}}]");

        await scene.SucceedAsync(["init"], ["migrate", scene.Folder, "-c", "--schema", "shop"]);

        Assert.Contains("version      shop_01_a", (await scene.RunAsync("status", "--schema", "shop")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Squashed_they_are_started_and_completed_as_one()
    {
        await using var scene = await InitializedAsync("01_a", "02_b", "03_c", "04_d");

        var result = await scene.RunAsync("migrate", scene.Folder, "--squash");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches("^Started 02_b, 03_c and 04_d as one in .*search_path = \"public_04_d\"", result.Out);
        Assert.Contains(
            "migration    04_d\nwith         02_b, 03_c\nstate        started", (await scene.RunAsync("status")).Out, StringComparison.Ordinal);
        Assert.Equal("public_04_d\n", (await scene.RunAsync("latest", "schema")).Out);
        await scene.SucceedAsync(["complete"], ["migrate", scene.Folder, "--squash"]);
        Assert.Equal(
            "c02_b,c03_c,c04_d",
            await scene.Database.ScalarAsync<string>(
                "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 2 AND NOT attisdropped",
                TestContext.Current.CancellationToken));
        var folder = Path.Combine(scene.Folder, "pulled");
        await scene.SucceedAsync(["pull", folder]);
        Assert.Equal(["02_b.yaml", "03_c.yaml", "04_d.yaml"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_plan_of_what_would_be_squashed_is_one_plan()
    {
        await using var scene = await InitializedAsync("01_a", "02_b", "03_c");

        var plan = await scene.RunAsync("plan", scene.Folder, "--squash");

        Assert.Equal(0, plan.ExitCode);
        Assert.StartsWith("03_c  schema public, new version public_03_c\nsquashed into it: 02_b\n", plan.Out.Replace("\"", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(2, plan.Out.Split("extend table orders").Length);
        Assert.Contains("\"squashed\": [", (await scene.RunAsync("plan", scene.Folder, "--squash", "--json")).Out, StringComparison.Ordinal);
        await scene.SucceedAsync(["migrate", scene.Folder, "--squash", "-c"]);
        Assert.Equal(new CommandResult(0, "", "The database is up to date: no migration is missing.\n"), await scene.RunAsync("plan", scene.Folder, "--squash"));
    }

    // The first name is a baseline, whose file is never read.
    private async Task<Scene> InitializedAsync(string baseline, params string[] files)
    {
        var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"], ["baseline", baseline]);
        scene.File($"{baseline}.yaml", "not a migration");
        foreach (var file in files)
        {
            scene.File($"{file}.yaml", AddColumn.Replace("NAME", $"c{file}", StringComparison.Ordinal));
        }

        return scene;
    }

    private static async Task AssertRefusedAsync(Scene scene, string code, string expected)
    {
        var result = await scene.RunAsync("migrate", scene.Folder);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"error {code}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }
}
