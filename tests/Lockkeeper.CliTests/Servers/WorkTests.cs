using System.Globalization;
using System.Text.Json;
using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

/// <summary>Several processes at one backfill, as on several machines: they know each other only through the database.</summary>
public sealed class WorkTests(PostgresFixture postgres)
{
    private const int Rows = 60_000;

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_three_processes_two_are_killed_and_the_third_fills_every_row_once()
    {
        await using var scene = await CreateAsync();
        await using var watch = await scene.Database.OpenSessionAsync(CancellationToken);
        var file = scene.File("02_note.yaml", Scene.AddNote);

        // The ceiling makes it last for longer than processes need to start, and is taken away in the end.
        using var start = scene.Start("start", file, "--json", "--max-rate", "1000", "--backfill-workers", "2");
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers)", CancellationToken);
        using var first = scene.Start("work", "--json", "--backfill-workers", "2");
        using var second = scene.Start("work", "--json", "--backfill-workers", "2");
        await watch.WaitUntilAsync("(SELECT count(*) = 3 FROM lockkeeper.backfill_workers)", CancellationToken);
        await watch.WaitUntilAsync(
            $"(SELECT count(*) = 2 FROM lockkeeper.backfill_workers WHERE process IN ({first.Id}, {second.Id}) AND rows_done > 0)", CancellationToken);

        first.Kill();
        second.Kill();
        await first.EndAsync(CancellationToken);
        await second.EndAsync(CancellationToken);
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM orders WHERE _lockkeeper_pending)", CancellationToken));
        await scene.SucceedAsync(["backfill", "pace", "--max-rate", "0"]);

        var result = await start.EndAsync(CancellationToken);
        Assert.True(result.ExitCode == 0, result.ToString());
        var backfill = JsonDocument.Parse(result.Out.TrimEnd().Split('\n')[^1]).RootElement.GetProperty("backfills")[0];
        Assert.Equal(Rows, backfill.GetProperty("rows").GetInt64());
        Assert.Contains("\"processes\":3", result.Out, StringComparison.Ordinal);
        await scene.SucceedAsync(["complete"]);
        Assert.Equal(Rows, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM orders WHERE note = upper(customer)", CancellationToken));
    }

    [Fact]
    public async Task When_whoever_started_it_is_killed_work_fills_the_rest_and_resume_checks_it()
    {
        await using var scene = await CreateAsync();
        await using var watch = await scene.Database.OpenSessionAsync(CancellationToken);
        using var start = scene.Start("start", scene.File("02_note.yaml", Scene.AddNote), "--max-rate", "10000");
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE rows_done > 0)", CancellationToken);
        start.Kill();
        await start.EndAsync(CancellationToken);
        await scene.SucceedAsync(["backfill", "pace", "--max-rate", "0"]);

        var work = await scene.RunAsync("work");

        Assert.True(work.ExitCode == 0, work.ToString());
        Assert.StartsWith("No rows are left to be filled by ", work.Out, StringComparison.Ordinal);
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM orders WHERE _lockkeeper_pending", CancellationToken));
        await scene.SucceedAsync(["resume"], ["complete"]);
        Assert.Equal("No backfill is under way.\n", (await scene.RunAsync("work")).Out);
    }

    [Fact]
    public async Task A_running_backfill_is_seen_paused_resumed_and_cancelled_from_elsewhere()
    {
        await using var scene = await CreateAsync();
        await using var watch = await scene.Database.OpenSessionAsync(CancellationToken);
        using var start = scene.Start("start", scene.File("02_note.yaml", Scene.AddNote), "--json", "--max-rate", "5000");
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE rows_done > 0)", CancellationToken);

        Assert.Contains(" is paused;", (await scene.RunAsync("backfill", "pause")).Out, StringComparison.Ordinal);
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE held LIKE 'paused by %')", CancellationToken);
        var status = await scene.RunAsync("backfill", "status");
        Assert.Matches("state     paused by .+ at .+", status.Out);
        Assert.Contains("stands still: paused by ", status.Out, StringComparison.Ordinal);
        Assert.Contains("at most 5,000 rows/s", status.Out, StringComparison.Ordinal);

        await scene.SucceedAsync(["backfill", "resume"]);
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE held IS NULL)", CancellationToken);
        var all = JsonDocument.Parse((await scene.RunAsync("backfill", "status", "--json")).Out).RootElement.GetProperty("backfills");
        Assert.Equal("running", all[0].GetProperty("state").GetString());
        Assert.Equal(start.Id.ToString(CultureInfo.InvariantCulture), all[0].GetProperty("workers")[0].GetProperty("processId").ToString());

        await scene.SucceedAsync(["backfill", "cancel"]);
        var cancelled = await start.EndAsync(CancellationToken);
        Assert.Equal(5, cancelled.ExitCode);
        Assert.Contains("LK2020", cancelled.Error, StringComparison.Ordinal);
        Assert.Contains("state     cancelled", (await scene.RunAsync("backfill", "status")).Out, StringComparison.Ordinal);
        Assert.Equal(3, (await scene.RunAsync("backfill", "pause", "nosuch")).ExitCode);
        Assert.Equal(3, (await scene.RunAsync("backfill", "cancel", "--forget")).ExitCode);
        await scene.SucceedAsync(["rollback"]);
        Assert.Equal("No backfill is known.\n", (await scene.RunAsync("backfill", "status")).Out);
    }

    private async Task<Scene> CreateAsync()
    {
        var scene = await Scene.CreateAsync(postgres);

        // Blocks enough for six sessions, with few rows in each.
        await scene.Database.ExecuteAsync("ALTER TABLE orders SET (fillfactor = 25)", CancellationToken);
        await scene.Database.ExecuteAsync(
            $"INSERT INTO orders SELECT g, 'customer ' || g FROM generate_series(1001, {Rows}) AS g", CancellationToken);
        await scene.SucceedAsync(["init"]);
        return scene;
    }
}
