using System.Text.Json;
using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

public sealed class VerbTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_migration_goes_from_init_to_complete()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        var file = scene.File("02_note.yaml", Scene.AddNote);

        Assert.Equal("Initialized: the schema lockkeeper holds the state.\n", (await scene.RunAsync("init")).Out);
        Assert.Equal("The history of \"public\" begins with 01_before.\n", (await scene.RunAsync("baseline", "01_before")).Out);
        Assert.Equal("02_note can be started on schema \"public\".\n", (await scene.RunAsync("validate", file)).Out);
        Assert.Contains("ADD COLUMN", (await scene.RunAsync("plan", file)).Out, StringComparison.Ordinal);

        var started = await scene.RunAsync("start", file);
        Assert.Equal(0, started.ExitCode);
        Assert.Matches("^Started 02_note in .*search_path = \"public_02_note\"; the old one serves on.\n$", started.Out);
        Assert.Contains("fill the rows of orders: done", started.Error, StringComparison.Ordinal);
        Assert.Contains("started: both versions serve", (await scene.RunAsync("status")).Out, StringComparison.Ordinal);

        Assert.StartsWith("Rolled 02_note back", (await scene.RunAsync("rollback")).Out, StringComparison.Ordinal);
        await scene.SucceedAsync(["start", file]);
        Assert.StartsWith("Completed 02_note", (await scene.RunAsync("complete")).Out, StringComparison.Ordinal);
        Assert.Equal(1000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM orders WHERE note = upper(customer)", CancellationToken));
    }

    [Fact]
    public async Task A_plan_as_json_shows_the_schema_that_it_leads_to()
    {
        await using var scene = await Scene.CreateAsync(postgres);

        var result = await scene.RunAsync("plan", scene.File("02_note.yaml", Scene.AddNote), "--json");

        var table = JsonDocument.Parse(result.Out).RootElement.GetProperty("after").GetProperty("tables").EnumerateArray().Single();
        Assert.Equal("orders", table.GetProperty("name").GetString());
        Assert.Equal(
            ["id bigint False", "customer text False", "note text False"],
            table.GetProperty("columns").EnumerateArray().Select(c => $"{c.GetProperty("name")} {c.GetProperty("type")} {c.GetProperty("nullable")}"));
        Assert.Equal(["orders_pkey"], table.GetProperty("indexes").EnumerateArray().Select(i => i.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task With_json_every_line_is_an_object_and_the_last_is_the_result()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);

        var result = await scene.RunAsync("start", scene.File("02_note.yaml", Scene.AddNote), "--complete", "--json");

        var events = result.Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal("verbStarted", events[0].GetProperty("event").GetString());
        Assert.Contains(events, e => e.GetProperty("event").GetString() == "backfillAdvanced");
        Assert.Equal("result", events[^1].GetProperty("event").GetString());
        Assert.Equal("complete", events[^1].GetProperty("state").GetString());
        Assert.Equal(1000, events[^1].GetProperty("backfills")[0].GetProperty("rows").GetInt64());
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task What_fails_on_the_way_is_undone_and_said_so()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        var file = scene.File("02_bad.yaml", Scene.AddNote.Replace("upper(customer)", "(1 / (id - 500))::text", StringComparison.Ordinal));

        var result = await scene.RunAsync("start", file, "--json");

        Assert.Equal(4, result.ExitCode);
        var error = JsonDocument.Parse(result.Out.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal("error", error.GetProperty("event").GetString());
        Assert.Equal(4, error.GetProperty("exitCode").GetInt32());
        Assert.Contains("division by zero", error.GetProperty("problem").GetString(), StringComparison.Ordinal);
        Assert.Contains("no migrations", (await scene.RunAsync("status")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LK1201", "status")]
    [InlineData("LK1203", "complete", "init")]
    [InlineData("LK1203", "rollback", "init")]
    [InlineData("LK1203", "resume", "init")]
    public async Task What_the_state_does_not_allow_is_refused(string code, string command, params string[] before)
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync([.. before.Select(word => new[] { word })]);

        var result = await scene.RunAsync(command);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains($"error {code}: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("  now: Nothing was changed.", result.Error, StringComparison.Ordinal);
        Assert.Contains("   do: ", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Out);
    }

    [Fact]
    public async Task A_mistake_in_an_expression_is_shown_in_its_place()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        var file = scene.File("02_bad.yaml", Scene.AddNote.Replace("upper(customer)", "uper(customer)", StringComparison.Ordinal));

        var result = await scene.RunAsync("validate", file);

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith($"{file}:4:11: error LK1105: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("  4 |       up: uper(customer)\n    |           ^\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_rights_are_told_apart()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.Database.ExecuteAsync(
            "DO $$ BEGIN CREATE ROLE cli_nobody; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$", CancellationToken);

        var result = await scene.RunAsync("init", "--role", "cli_nobody");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("error LK1212: Role \"cli_nobody\" lacks rights: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_pgroll_that_do_nothing_are_taken_with_a_warning()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);

        var result = await scene.RunAsync(
            "start", scene.File("02_note.yaml", Scene.AddNote), "-s", "--backfill-batch-size", "100", "--backfill-batch-delay", "1s");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("warning: --backfill-batch-size does nothing here: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("warning: --backfill-batch-delay does nothing here: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("warning: --skip-validation does nothing here: ", result.Error, StringComparison.Ordinal);
    }
}
