using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Throttling;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill.Steering;

/// <summary>Orders reach a running backfill through the state tables. Each run is held by a query of ours, so that nothing depends on time.</summary>
public sealed class ControlTests(PostgresFixture postgres)
{
    private const int Rows = 5000;

    // Workers of the job that hold a lock, a snapshot or a transaction.
    private const string NothingIsHeld =
        """
        NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.datname = current_database() AND a.application_name = 'lockkeeper backfill'
            AND (a.xact_start IS NOT NULL OR a.backend_xmin IS NOT NULL OR EXISTS (SELECT FROM pg_locks AS l WHERE l.pid = a.pid)))
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static BackfillOptions HeldByQuery => new()
    {
        Workers = 2,
        Throttles = [new SqlThrottle("SELECT EXISTS (SELECT FROM public.hold)") { HoldsWhenUnreadable = true }],
    };

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_throttle_holds_and_lets_go_and_nothing_is_held_meanwhile(int version)
    {
        await using var scene = await HeldAsync(version);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var watch = await scene.Database.OpenSessionAsync(Cancellation);

        var seen = new List<string>();
        var running = scene.Backfiller(HeldByQuery).RunAsync(job, new OnProgress(p => Note(seen, p.Held)), Cancellation);
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE held LIKE 'sql: %')", Cancellation);
        await watch.WaitUntilAsync(NothingIsHeld, Cancellation);
        Assert.Equal(Rows, await scene.CountAsync("orders", "\"Pending\"", Cancellation));

        await scene.Database.ExecuteAsync("DELETE FROM hold", Cancellation);
        var report = await running;

        Assert.Equal(Rows, report.Rows);
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
        Assert.Contains("sql: the query \"SELECT EXISTS (SELECT FROM public.hold)\" gives True", seen);
        Assert.Equal(0, await scene.CountAsync("lockkeeper.backfill_workers", "true", Cancellation));
    }

    [Fact]
    public async Task A_pause_holds_until_it_is_resumed_and_says_who_wanted_it()
    {
        await using var scene = await HeldAsync(PostgresVersions.First);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var watch = await scene.Database.OpenSessionAsync(Cancellation);
        var control = new BackfillControl(scene.DataSource);
        var running = scene.Backfiller(HeldByQuery).RunAsync(job, cancellationToken: Cancellation);
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE held LIKE 'sql: %')", Cancellation);

        await control.PauseAsync(job.Name, "ada", Cancellation);
        await scene.Database.ExecuteAsync("DELETE FROM hold", Cancellation);
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE held = 'paused by ada')", Cancellation);
        await watch.WaitUntilAsync(NothingIsHeld, Cancellation);

        var status = Assert.Single(await control.ListAsync(Cancellation));
        Assert.Equal((Lockkeeper.Backfill.Steering.BackfillCommand.Pause, "ada"), (status.Command, status.CommandBy));
        Assert.Equal("paused by ada", Assert.Single(status.Workers).Held);
        await control.ResumeAsync(job.Name, "ada", Cancellation);
        Assert.Equal(Rows, (await running).Rows);
    }

    [Fact]
    public async Task Cancelled_it_ends_with_a_code_and_runs_again_where_it_stopped()
    {
        await using var scene = await HeldAsync(PostgresVersions.First);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var watch = await scene.Database.OpenSessionAsync(Cancellation);
        var running = scene.Backfiller(HeldByQuery).RunAsync(job, cancellationToken: Cancellation);
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE held LIKE 'sql: %')", Cancellation);

        await new BackfillControl(scene.DataSource).CancelAsync(job.Name, "ada", Cancellation);
        var cancelled = await Assert.ThrowsAsync<BackfillException>(() => running);

        Assert.Equal("LK2020", cancelled.Code);
        Assert.Contains("cancelled by ada", cancelled.Message, StringComparison.Ordinal);
        Assert.False(await scene.Backfiller().JoinAsync(job.Name, cancellationToken: Cancellation));
        await scene.Database.ExecuteAsync("DELETE FROM hold", Cancellation);
        Assert.Equal(Rows, (await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation)).Rows);
    }

    [Fact]
    public async Task The_pace_is_changed_while_it_runs_and_recorded_for_all()
    {
        await using var scene = await HeldAsync(PostgresVersions.First);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var watch = await scene.Database.OpenSessionAsync(Cancellation);
        var control = new BackfillControl(scene.DataSource);
        var running = scene.Backfiller(HeldByQuery).RunAsync(job, cancellationToken: Cancellation);
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE held LIKE 'sql: %')", Cancellation);

        await Assert.ThrowsAsync<FormatException>(() => control.SetPaceAsync(job.Name, new BackfillPace { Throttles = ["sql"] }, Cancellation));
        await control.SetPaceAsync(
            job.Name,
            new BackfillPace { TargetChunk = TimeSpan.FromMilliseconds(20), RowsPerSecond = 1e6, Throttles = ["sql=off", "replica-lag=1min"] },
            Cancellation);

        // The query still says hold; nobody asks it any more.
        Assert.Equal(Rows, (await running).Rows);
        var status = await control.FindAsync(job.Name, Cancellation);
        Assert.Equal(TimeSpan.FromMilliseconds(20), status.TargetChunk);
        Assert.Equal(1e6, status.RowsPerSecondCeiling);
        Assert.Equal(["replica-lag=1min"], status.Throttles!.Value);
        Assert.NotNull(status.FinishedAt);
    }

    [Fact]
    public async Task A_throttle_that_cannot_be_read_holds_or_is_only_shown()
    {
        await using var scene = await HeldAsync(PostgresVersions.First);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var watch = await scene.Database.OpenSessionAsync(Cancellation);
        var broken = new SqlThrottle("SELECT nonsense");
        var running = scene.Backfiller(new BackfillOptions { Workers = 1, Throttles = [broken with { HoldsWhenUnreadable = true }] })
            .RunAsync(job, cancellationToken: Cancellation);
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE held LIKE '%42703%' AND unreadable LIKE '%42703%')", Cancellation);

        await new BackfillControl(scene.DataSource).SetPaceAsync(
            job.Name, new BackfillPace { Throttles = ["sql/lenient=SELECT nonsense"] }, Cancellation);

        Assert.Equal(Rows, (await running).Rows);
    }

    [Fact]
    public async Task No_more_rows_are_filled_in_a_second_than_the_ceiling_allows()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(20_000, Cancellation);
        var largest = 0L;
        var last = 0L;

        var report = await scene.Backfiller(new BackfillOptions { Workers = 1, RowsPerSecond = 5000 }).RunAsync(
            job,
            new OnProgress(p => (largest, last) = (Math.Max(largest, p.Rows - last), p.Rows)),
            Cancellation);

        // The last chunk is paid for by nobody; everything before it took its time.
        Assert.True(report.Elapsed >= TimeSpan.FromSeconds((20_000 - Math.Max(largest, 5000)) / 5000.0), $"{report.Elapsed} for {report.Chunks} chunks");
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Fact]
    public async Task Another_process_joins_with_the_throttles_of_the_first_and_both_fill()
    {
        await using var scene = await HeldAsync(PostgresVersions.First);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var watch = await scene.Database.OpenSessionAsync(Cancellation);
        Assert.False(await scene.Backfiller().JoinAsync(job.Name, cancellationToken: Cancellation));
        var running = scene.Backfiller(HeldByQuery with { Verify = true }).RunAsync(job, cancellationToken: Cancellation);
        await watch.WaitUntilAsync("EXISTS (SELECT FROM lockkeeper.backfill_workers WHERE held LIKE 'sql: %')", Cancellation);
        var processes = 0;
        var joined = scene.Backfiller().JoinAsync(
            job.Name, new OnProgress(p => processes = Math.Max(processes, p.Processes)), Cancellation);
        await watch.WaitUntilAsync("(SELECT count(*) = 2 FROM lockkeeper.backfill_workers WHERE held LIKE 'sql: %')", Cancellation);

        await scene.Database.ExecuteAsync("DELETE FROM hold", Cancellation);

        var report = await running;
        Assert.True(await joined);
        Assert.Equal(2, processes);
        Assert.Equal(Rows, report.Rows);
        Assert.Equal(Rows, report.RowsCompared);
    }

    [Fact]
    public async Task A_backfill_is_found_by_its_name_or_as_the_only_one()
    {
        await using var scene = await HeldAsync(PostgresVersions.First);
        var control = new BackfillControl(scene.DataSource);

        Assert.Equal("LK2024", (await Assert.ThrowsAsync<BackfillException>(() => control.FindAsync(null, Cancellation))).Code);
        Assert.Equal("LK2024", (await Assert.ThrowsAsync<BackfillException>(() => control.PauseAsync("x", "ada", Cancellation))).Code);
        await scene.Database.ExecuteAsync("INSERT INTO lockkeeper.backfills (name, table_name) VALUES ('a', 't')", Cancellation);
        Assert.Equal("a", (await control.FindAsync(null, Cancellation)).Name);
        await scene.Database.ExecuteAsync("INSERT INTO lockkeeper.backfills (name, table_name) VALUES ('b', 't')", Cancellation);
        Assert.Contains("a, b", (await Assert.ThrowsAsync<BackfillException>(() => control.FindAsync(null, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Equal("b", (await control.FindAsync("b", Cancellation)).Name);
    }

    private static void Note(List<string> seen, string? held)
    {
        if (held is not null)
        {
            seen.Add(held);
        }
    }

    private async Task<Scene> HeldAsync(int version)
    {
        var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync("CREATE TABLE hold AS SELECT 1", Cancellation);
        return scene;
    }
}
