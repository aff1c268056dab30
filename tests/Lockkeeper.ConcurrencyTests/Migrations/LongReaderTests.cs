using System.Globalization;
using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.ConcurrencyTests.Migrations;

/// <summary>A report that reads for long is in the way of every verb, and of nobody else: others wait for as long as the verb asks, and no longer.</summary>
public sealed class LongReaderTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE TABLE orders (id int PRIMARY KEY, name text NOT NULL);
        INSERT INTO orders SELECT i, 'a' || i FROM generate_series(1, 2000) i;
        """;

    private const string Change = "operations: [add_column: { table: orders, up: upper(name), column: { name: shout, type: text, nullable: true } }]";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres("start", "public.orders")]
    [EachPostgres("rollback", "public.orders")]
    [EachPostgres("complete", "public.orders")]
    [EachPostgres("complete", "public_01_base.orders")]
    public async Task Nobody_queues_behind_a_verb_for_longer_than_it_asks_and_it_says_for_whom_it_waits(int version, string verb, string read)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        await scene.StartAsync("operations: [sql: {up: SELECT 1}]", Cancellation, "01_base");
        await scene.Migrator().CompleteAsync(null, Cancellation);
        var change = Migration.Parse(Change, "02_change.yaml");
        if (verb != "start")
        {
            await scene.Migrator().StartAsync(change, null, Cancellation);
        }

        using var stop = new CancellationTokenSource();
        var stalls = Task.WhenAll(
            LongestAsync(scene, "UPDATE public.orders SET name = name || '.' WHERE id = 2", stop.Token),
            LongestAsync(scene, "SELECT name FROM public.orders WHERE id = 3", stop.Token),
            LongestAsync(scene, "SELECT 1", stop.Token));
        await using var reader = await scene.Database.OpenSessionAsync(Cancellation);

        // The transaction is young, so the verb asks for its lock at once: it would look on first while an old one is there.
        var refused = new TaskCompletionSource();
        var events = Events.When(
            e => e is MigrationEvent.LockAwaited { Attempt: 1 },
            () =>
            {
                refused.SetResult();
                return Task.CompletedTask;
            });
        await reader.ExecuteAsync($"SET application_name = 'report'; BEGIN; SELECT count(*) FROM {read}", Cancellation);
        var run = RunAsync(scene.Migrator(), verb, change, events);
        await Task.WhenAny(refused.Task, run);
        Assert.False(run.IsCompleted, "Nothing was in the way.");
        await reader.ExecuteAsync("COMMIT", Cancellation);
        await run;
        await stop.CancelAsync();

        var (writer, other, machine) = ((await stalls)[0], (await stalls)[1], (await stalls)[2]);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{verb} beside a reader of {read}: a writer waited {writer.TotalMilliseconds:0} ms at most, another reader {other.TotalMilliseconds:0} ms, the machine {machine.TotalMilliseconds:0} ms"));
        var bound = scene.Options.LockTimeout + machine + TimeSpan.FromMilliseconds(100);
        Assert.True(writer < bound && other < bound, $"A client waited {writer} or {other}.");

        // A later attempt may meet another client for a moment.
        Assert.Contains(
            events.All.OfType<MigrationEvent.LockAwaited>().First(e => e.Attempt == 1).Holders,
            h => h.Application == "report" && h.ProcessId == reader.Backend && h.Query!.Contains("SELECT count(*)", StringComparison.Ordinal));
        Assert.Equal(verb == "start" ? MigrationState.Started : MigrationState.Complete, (await scene.Migrator().StatusAsync(Cancellation)).State);
    }

    [Theory, EachPostgres]
    public async Task A_verb_that_gives_up_says_who_held_the_lock_and_what_it_was_doing(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        await scene.StartAsync(Change, Cancellation);
        await using var reader = await scene.Database.OpenSessionAsync(Cancellation);
        await reader.ExecuteAsync("SET application_name = 'report'; BEGIN; SELECT count(*) FROM orders", Cancellation);
        var impatient = scene.Migrator(scene.Options with { LockTimeout = TimeSpan.FromMilliseconds(50), LockPatience = TimeSpan.FromMilliseconds(100) });

        foreach (var verb in new[] { "complete", "rollback" })
        {
            var failed = await Assert.ThrowsAsync<MigrationException>(() => RunAsync(impatient, verb, null!, Events.Remembered()));
            Assert.Equal(("LK1302", MigrationOutcome.Resumable), (failed.Code, failed.Outcome));
            Assert.Contains($"process {reader.Backend} (report", failed.Message, StringComparison.Ordinal);
            Assert.Contains("SELECT count(*) FROM orders", failed.Message, StringComparison.Ordinal);
        }

        await reader.ExecuteAsync("COMMIT", Cancellation);
        await scene.Migrator().ResumeAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    private static Task<MigrationReport> RunAsync(Migrator migrator, string verb, Migration change, Events events) => verb switch
    {
        "start" => migrator.StartAsync(change, events, Cancellation),
        "complete" => migrator.CompleteAsync(events, Cancellation),
        _ => migrator.RollbackAsync(events, Cancellation),
    };

    private static async Task<TimeSpan> LongestAsync(MigrationScene scene, string sql, CancellationToken stop)
    {
        await using var connection = await scene.Database.OpenAsync(CancellationToken.None);
        var longest = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            var began = TimeProvider.System.GetTimestamp();
            await connection.ExecuteAsync(sql, CancellationToken.None);
            var elapsed = TimeProvider.System.GetElapsedTime(began);
            longest = elapsed > longest ? elapsed : longest;
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System, CancellationToken.None);
        }

        return longest;
    }
}
