using System.Text.Json;
using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

public sealed class BackfillRunTests(PostgresFixture postgres)
{
    private const string Upper = """
        table: orders
        set:
          customer: upper(customer)
        """;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_that_would_change_are_updated_and_a_second_run_has_nothing_to_do()
    {
        await using var scene = await CreateAsync();
        var file = scene.File("shout.yaml", Upper);

        var result = await scene.RunAsync("backfill", "run", file);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Matches("^Updated 1,000 rows of orders in .*\n$", result.Out);
        Assert.Equal(1000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM orders WHERE customer = upper(customer)", CancellationToken));
        Assert.Matches("state     finished ", (await scene.RunAsync("backfill", "status")).Out);

        // A finished one stays finished, whatever was written since, until it is wanted again.
        await scene.Database.ExecuteAsync("INSERT INTO orders VALUES (2000, 'late')", CancellationToken);
        await scene.SucceedAsync(["backfill", "run", file, "--again"]);
        Assert.Equal("LATE", await scene.Database.ScalarAsync<string>("SELECT customer FROM orders WHERE id = 2000", CancellationToken));
    }

    [Fact]
    public async Task As_json_each_line_is_an_event_and_the_last_is_the_result()
    {
        await using var scene = await CreateAsync();

        var result = await scene.RunAsync(
            "backfill", "run", scene.File("some.json", """{"table": "orders", "set": {"customer": "'x'"}, "where": "id <= 10 AND customer <> 'x'"}"""), "--json");

        var lines = result.Out.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal("verbStarted", lines[0].GetProperty("event").GetString());
        Assert.Contains(lines, line => line.GetProperty("event").GetString() == "backfillAdvanced");
        Assert.Equal("result", lines[^1].GetProperty("event").GetString());
        Assert.Equal(10, lines[^1].GetProperty("result").GetProperty("rows").GetInt64());
    }

    [Theory]
    [InlineData("table: orders\nset: { id: -id }\norder_by: [ids]", "LK2026", "3:", 3)]
    [InlineData("table: orders\nset: { custmer: upper(customer) }", "LK2026", "2:", 3)]
    [InlineData("table: order\nset: { customer: upper(customer) }", "LK2026", "1:8", 3)]
    [InlineData("table: orders\nset: { customer: uper(customer) }", "LK2025", "2:", 3)]
    [InlineData("table: orders\nset: { customer: customer }\nwhere: id", "LK2025", "3:8", 3)]
    [InlineData("table: orders\nset: {}", "LK1019", "2:", 3)]
    [InlineData("table: orders\nset: { customer: upper(customer) }\nwere: id > 1", "LK1003", "3:1", 3)]
    [InlineData("table: orders\nset: { customer: customer || '!' }", "LK2022", "", 5)]
    [InlineData("table: orders\nset: { id: -1 - id }\nwhere: id > 0\norder_by: id", "LK1005", "4:11", 3)]
    public async Task What_is_wrong_is_said_with_its_place(string text, string code, string place, int exitCode)
    {
        await using var scene = await CreateAsync();
        var file = scene.File("wrong.yaml", text);

        var result = await scene.RunAsync("backfill", "run", file);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(code, result.Error, StringComparison.Ordinal);
        Assert.Contains(place.Length == 0 ? code : $"{file}:{place}", result.Error, StringComparison.Ordinal);
        Assert.Equal(1000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM orders WHERE customer = 'customer ' || id", CancellationToken));
    }

    [Fact]
    public async Task A_throttle_that_cannot_be_read_is_a_wrong_command_line()
    {
        await using var scene = await CreateAsync();

        var result = await scene.RunAsync("backfill", "run", scene.File("shout.yaml", Upper), "--throttle", "replica-lag=soon");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("\"soon\" is not a time such as 500ms, 10s, 5min or 1h", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await scene.RunAsync("backfill", "pace")).ExitCode);
    }

    [Fact]
    public async Task Verified_a_start_says_how_many_rows_it_compared_and_an_expression_that_changes_stops_it()
    {
        await using var scene = await CreateAsync();
        var start = await scene.RunAsync("start", scene.File("02_note.yaml", Scene.AddNote), "--verify", "--json");
        Assert.True(start.ExitCode == 0, start.ToString());
        var result = JsonDocument.Parse(start.Out.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(1000, result.GetProperty("backfills")[0].GetProperty("rowsCompared").GetInt64());
        await scene.SucceedAsync(["complete"]);

        var random = Scene.AddNote.Replace("upper(customer)", "random()::text", StringComparison.Ordinal).Replace("name: note", "name: dice", StringComparison.Ordinal);
        var stopped = await scene.RunAsync("start", scene.File("03_dice.yaml", random), "--verify");

        Assert.Equal(5, stopped.ExitCode);
        Assert.Contains("LK2021", stopped.Error, StringComparison.Ordinal);
        Assert.Contains("(\"id\") = (", stopped.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await scene.RunAsync("complete")).ExitCode);
        await scene.SucceedAsync(["rollback"]);
    }

    private async Task<Scene> CreateAsync()
    {
        var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        return scene;
    }
}
