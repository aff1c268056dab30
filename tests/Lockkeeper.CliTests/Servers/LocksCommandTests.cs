using System.Globalization;
using System.Text.Json;
using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

/// <summary>What somebody sees and does whose jobs hang.</summary>
public sealed class LocksCommandTests(PostgresFixture postgres)
{
    private const string Update = "UPDATE orders SET customer = 'new' WHERE id = 17";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Locks_names_the_row_its_holder_and_what_to_do()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await using var blocked = await BlockedAsync(scene);

        var text = await scene.RunAsync("locks", "--all");
        var json = await scene.RunAsync("locks", "--json");

        Assert.Equal(0, text.ExitCode);
        Assert.Contains("row id = 17 of orders", text.Out, StringComparison.Ordinal);
        Assert.Contains($"lockkeeper terminate {blocked.Holder.Backend}", text.Out, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(json.Out);
        var queue = document.RootElement.GetProperty("incidents").EnumerateArray()
            .SelectMany(incident => incident.GetProperty("queues").EnumerateArray())
            .Single(queue => queue.GetProperty("waiters")[0].GetProperty("session").GetProperty("processId").GetInt32() == blocked.Waiter.Backend);
        Assert.Equal("hotRow", queue.GetProperty("signature").GetString());
        Assert.Equal("17", queue.GetProperty("row").GetProperty("key").GetProperty("id").GetString());
        Assert.Equal(blocked.Holder.Backend, queue.GetProperty("holders")[0].GetProperty("session").GetProperty("processId").GetInt32());
    }

    [Fact]
    public async Task Terminate_ends_the_holder_and_the_waiter_goes_on()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await using var blocked = await BlockedAsync(scene);
        var pid = blocked.Holder.Backend.ToString(CultureInfo.InvariantCulture);

        var asked = await scene.RunAsync("terminate", pid);
        var done = await scene.RunAsync("terminate", pid, "--yes");

        Assert.Equal(2, asked.ExitCode);
        Assert.Contains("--yes", asked.Error, StringComparison.Ordinal);
        Assert.Equal(0, done.ExitCode);
        Assert.Contains($"freed: {blocked.Waiter.Backend}", done.Error, StringComparison.Ordinal);
        Assert.Equal(1, await blocked.Pending.EndAsync(Cancel));
    }

    [Fact]
    public async Task Cancel_of_a_session_that_is_not_there_is_refused()
    {
        await using var scene = await Scene.CreateAsync(postgres);

        var result = await scene.RunAsync("cancel", "2147483647", "--yes");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("LK4004", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadlocks_are_drawn_from_a_file_and_what_is_no_log_is_refused()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        var log = scene.File("server.log", """
            2026-11-21 12:00:01.123 UTC [101] ERROR:  deadlock detected
            2026-11-21 12:00:01.123 UTC [101] DETAIL:  Process 101 waits for ShareLock on transaction 801; blocked by process 102.
            	Process 102 waits for ShareLock on transaction 800; blocked by process 101.
            	Process 101: UPDATE a SET n = 1 WHERE id = 2
            	Process 102: UPDATE a SET n = 1 WHERE id = 1
            2026-11-21 12:00:01.123 UTC [101] CONTEXT:  while updating tuple (0,2) in relation "a"

            """);

        var text = await scene.RunAsync("deadlocks", log);
        var json = await scene.RunAsync("deadlocks", log, "--json");
        var refused = await scene.RunAsync("deadlocks", scene.File("letter.txt", "Dear all,"));
        var missing = await scene.RunAsync("deadlocks", $"{log}.gz");

        Expected.IsIn(text.Out, "Servers", "deadlocks.txt");
        Assert.Equal("oppositeRows", JsonDocument.Parse(json.Out).RootElement.GetProperty("groups")[0].GetProperty("class").GetString());
        Assert.Contains("LK4005", refused.Error, StringComparison.Ordinal);
        Assert.Contains("LK4006", missing.Error, StringComparison.Ordinal);
        Assert.Equal([3, 3], new[] { refused.ExitCode, missing.ExitCode });
    }

    [Fact]
    public async Task Diagnose_exits_by_severity()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        string[] only = ["diagnose", "--only", "connections"];

        Assert.Equal(0, (await scene.RunAsync([.. only, "--threshold", "connections=1000,1000"])).ExitCode);
        Assert.Equal(20, (await scene.RunAsync([.. only, "--threshold", "connections=0,1000"])).ExitCode);
        Assert.Equal(21, (await scene.RunAsync([.. only, "--threshold", "connections=0,0", "--json"])).ExitCode);
        Assert.Equal(2, (await scene.RunAsync([.. only, "--threshold", "connections"])).ExitCode);
        Assert.Equal(3, (await scene.RunAsync("diagnose", "--only", "nothing")).ExitCode);
    }

    [Theory]
    [InlineData("long-running"), InlineData("unused-indexes"), InlineData("missing-fk-indexes"), InlineData("bloat"), InlineData("cache-hit"), InlineData("vacuum")]
    public async Task A_list_is_a_table_and_an_array(string name)
    {
        await using var scene = await Scene.CreateAsync(postgres);

        var text = await scene.RunAsync(name);
        var json = await scene.RunAsync(name, "--json", "--rows", "1");

        Assert.Equal(0, text.ExitCode);
        Assert.NotEmpty(text.Out);
        Assert.Equal(JsonValueKind.Array, JsonDocument.Parse(json.Out).RootElement.ValueKind);
    }

    [Fact]
    public async Task Watch_tells_the_end_of_an_incident_and_is_ended_by_a_signal()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await using var blocked = await BlockedAsync(scene);
        using var watching = scene.Start("locks", "--watch", "--all");
        await watching.WaitForAsync("row id = 17 of orders", Cancel);

        await blocked.Holder.ExecuteAsync("ROLLBACK", Cancel);

        await watching.WaitForAsync("over  row id = 17 of orders", Cancel);
        watching.Terminate();
        Assert.Equal(0, (await watching.EndAsync(Cancel)).ExitCode);
    }

    [Fact]
    public async Task The_demo_shows_a_hot_row_and_a_deadlock()
    {
        var terminal = TestTerminal.Piped();

        Assert.Equal(0, await terminal.RunAsync("demo", "locks"));

        Assert.Contains("row article = 17 of stock", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("hot row, 5 wait", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("1 deadlock in", terminal.Out, StringComparison.Ordinal);
        Assert.Contains("rows in opposite order", terminal.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trace_copies_the_schema_and_exits_by_what_it_finds()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        var bad = scene.File("bad.sql", "ALTER TABLE orders ALTER COLUMN id TYPE text;");
        var wrong = scene.File("wrong.sql", "SELECT FROM nothing;");
        string[] url = ["--postgres-url", scene.Database.ConnectionString];

        var text = await scene.RunAsync(["trace", bad, .. url]);
        var markdown = await scene.RunAsync(["trace", bad, .. url, "--markdown", "--allow", "rewrite", "--allow", "no-lock-timeout"]);
        var failed = await scene.RunAsync(["trace", wrong, .. url]);

        Assert.Equal([20, 0, 3], new[] { text.ExitCode, markdown.ExitCode, failed.ExitCode });
        Assert.Contains("ACCESS EXCLUSIVE on orders, blocks reads and writes", text.Out, StringComparison.Ordinal);
        Assert.StartsWith("**1 statement in 1 transaction, the strongest lock is ACCESS EXCLUSIVE on orders (line 1). No finding.**", markdown.Out, StringComparison.Ordinal);
        Assert.Contains("\n| 1 | `ALTER TABLE orders ALTER COLUMN id TYPE text` | ACCESS EXCLUSIVE on orders, blocks reads and writes |", markdown.Out, StringComparison.Ordinal);
        Assert.Contains("failed: relation \"nothing\" does not exist", failed.Out, StringComparison.Ordinal);
    }

    private static async Task<Blocked> BlockedAsync(Scene scene)
    {
        var holder = await scene.Database.OpenSessionAsync(Cancel);
        await holder.ExecuteAsync("BEGIN", Cancel);
        await holder.ExecuteAsync(Update, Cancel);
        var waiter = await scene.Database.OpenSessionAsync(Cancel);
        return new Blocked(holder, waiter, await waiter.ExecuteUntilBlockedAsync(Update, holder, Cancel));
    }

    private sealed record Blocked(Session Holder, Session Waiter, PendingStatement Pending) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            // Its end frees the waiter, whose connection cannot be closed while it waits.
            await Holder.DisposeAsync();
            await Task.WhenAny(Pending.EndAsync(CancellationToken.None));
            await Waiter.DisposeAsync();
        }
    }
}
