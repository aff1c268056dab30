using System.Text.Json;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.CliTests.Servers;

public sealed class InterruptionTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asked_to_end_it_says_what_is_true_now_and_resume_goes_on()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        await using var client = await scene.Database.OpenSessionAsync(CancellationToken);
        await client.ExecuteAsync("BEGIN; LOCK TABLE orders IN ROW EXCLUSIVE MODE", CancellationToken);
        using var start = scene.Start("start", scene.File("02_note.yaml", Scene.AddNote), "--json");
        await start.WaitForAsync("\"lockAwaited\"", CancellationToken);

        start.Terminate();
        var interrupted = await start.EndAsync(CancellationToken);

        Assert.Equal(5, interrupted.ExitCode);
        Assert.Contains("now: Migration 02_note is half started", interrupted.Error, StringComparison.Ordinal);
        Assert.Contains("lockkeeper resume, or lockkeeper rollback", interrupted.Error, StringComparison.Ordinal);
        var last = JsonDocument.Parse(interrupted.Out.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal("LK8009", last.GetProperty("code").GetString());
        await client.ExecuteAsync("COMMIT", CancellationToken);
        await scene.SucceedAsync(["resume"]);

        await client.ExecuteAsync("BEGIN; LOCK TABLE orders IN ROW EXCLUSIVE MODE", CancellationToken);
        using var complete = scene.Start("complete", "--json");
        await complete.WaitForAsync("\"lockAwaited\"", CancellationToken);
        complete.Terminate();
        interrupted = await complete.EndAsync(CancellationToken);

        Assert.Equal(5, interrupted.ExitCode);
        Assert.Contains("now: Migration 02_note is half completed, and how far is recorded.", interrupted.Error, StringComparison.Ordinal);
        await client.ExecuteAsync("COMMIT; UPDATE orders SET customer = 'x' WHERE id = 1", CancellationToken);
        await scene.SucceedAsync(["complete"]);
        Assert.Equal(1000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM orders WHERE note = upper(customer)", CancellationToken));
    }

    [Fact]
    public async Task A_baseline_or_an_adoption_that_is_asked_to_end_has_not_been()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        await AssertNothingIsLeftAsync(scene, "lockkeeper.migrations", "baseline", "01_base", scene.Folder);
        Assert.Equal(["read.me"], Directory.GetFiles(scene.Folder).Select(Path.GetFileName));
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM lockkeeper.migrations", CancellationToken));

        await scene.Database.ExecuteAsync("DROP SCHEMA lockkeeper CASCADE; DROP TABLE orders;" + PgrollTables.Sql, CancellationToken);
        await AssertNothingIsLeftAsync(scene, "pgroll.migrations", "adopt", "--drop-pgroll");
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT to_regnamespace('lockkeeper') IS NULL AND count(*) = 4 FROM pgroll.migrations", CancellationToken));
    }

    [Fact]
    public async Task Killed_it_goes_on_with_start_of_the_same_file()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        await using var client = await scene.Database.OpenSessionAsync(CancellationToken);
        await client.ExecuteAsync("BEGIN; LOCK TABLE orders IN ROW EXCLUSIVE MODE", CancellationToken);
        var file = scene.File("02_note.yaml", Scene.AddNote);
        using var start = scene.Start("start", file, "--json");
        await start.WaitForAsync("\"lockAwaited\"", CancellationToken);

        start.Kill();
        await start.EndAsync(CancellationToken);

        Assert.Contains("half started", (await scene.RunAsync("status")).Out, StringComparison.Ordinal);
        await client.ExecuteAsync("COMMIT", CancellationToken);
        await scene.SucceedAsync(["start", file, "--complete"]);
        Assert.Equal(1000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM orders WHERE note = upper(customer)", CancellationToken));
    }

    [Fact]
    public async Task Whoever_holds_the_lock_is_named_while_it_waits()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        await using var client = await scene.Database.OpenSessionAsync(CancellationToken);
        await client.ExecuteAsync("SET application_name = 'nightly report'; BEGIN; LOCK TABLE orders IN ROW EXCLUSIVE MODE", CancellationToken);
        using var start = scene.Start("start", scene.File("02_note.yaml", Scene.AddNote), "--json");

        await start.WaitForAsync($"\"processId\":{client.Backend},\"application\":\"nightly report\"", CancellationToken);

        await client.ExecuteAsync("COMMIT", CancellationToken);
        Assert.Equal(0, (await start.EndAsync(CancellationToken)).ExitCode);
    }

    // Ended while it waits to write.
    private static async Task AssertNothingIsLeftAsync(Scene scene, string table, params string[] args)
    {
        await using var client = await scene.Database.OpenSessionAsync(CancellationToken);
        await client.ExecuteAsync($"BEGIN; LOCK TABLE {table} IN SHARE MODE", CancellationToken);
        using var command = scene.Start(args);
        while (!await scene.Database.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {client.Backend} = ANY (pg_blocking_pids(pid)))", CancellationToken))
        {
            CancellationToken.ThrowIfCancellationRequested();
        }

        command.Terminate();
        var result = await command.EndAsync(CancellationToken);

        Assert.Equal(130, result.ExitCode);
        Assert.Contains("error LK8009: Interrupted.\n  now: No migration is under way.", result.Error, StringComparison.Ordinal);
        await client.ExecuteAsync("COMMIT", CancellationToken);
    }
}
