using Lockkeeper.Backfill;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>However a run ends, the next one of the same job does the rest, and nothing twice.</summary>
public sealed class InterruptionTests(PostgresFixture postgres)
{
    // Three ranges, so that two workers are busy.
    private const int Rows = 150_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_cancelled_run_goes_on_where_it_stopped(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Backfiller(time: new SteppingTime()).RunAsync(
            job, OnProgress.HalfWay(() => cancel.CancelAsync()), cancel.Token));

        var pending = await scene.CountAsync("orders", "\"Pending\"", Cancellation);
        Assert.InRange(pending, 1, Rows - 1);
        // The connections idle in their pool; a claim left by them would keep others out until its lease ends.
        Assert.Equal(0, await scene.CountAsync("lockkeeper.backfill_ranges", "worker_pid IS NOT NULL", Cancellation));
        await FinishAsync(scene, job);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Backends_killed_at_random_moments_lose_and_repeat_nothing(int version)
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var killer = await scene.Database.OpenAsync(Cancellation);
        var kills = 0L;

        var running = scene.Backfiller(time: new SteppingTime()).RunAsync(job, cancellationToken: Cancellation);
        while (!running.IsCompleted && kills < 12)
        {
            kills += await killer.ScalarAsync<long>(
                $"""
                 SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                 WHERE datname = current_database() AND application_name = 'lockkeeper backfill'
                   AND (state = 'active' AND query LIKE 'WITH claim%') AND {random.Next(30)} = 0
                 """,
                Cancellation);
        }

        await running;
        TestContext.Current.TestOutputHelper?.WriteLine($"{kills} killed");
        Assert.True(kills > 0, "nobody was killed");
        await FinishAsync(scene, job);
    }

    /// <remarks>What a standby does that takes over before it has received the last chunks.</remarks>
    [Theory, EachPostgres(InTurn = true)]
    public async Task Chunks_that_the_server_has_lost_by_the_time_of_the_verification_are_filled_again(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        // Few rows, for every chunk is a few blocks only.
        var job = await scene.PrepareOrdersAsync(Rows / 10, Cancellation);
        await using var server = await scene.Database.OpenSessionAsync(Cancellation);
        var locked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var beforeVerification = new OnProgress(progress =>
        {
            if (!locked.Task.IsCompleted && progress.BlocksTotal > 0 && progress.BlocksDone == progress.BlocksTotal)
            {
                server.ExecuteAsync("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", Cancellation).GetAwaiter().GetResult();
                locked.SetResult();
            }
        });

        var running = scene.Backfiller(time: new SteppingTime()).RunAsync(job, beforeVerification, Cancellation);
        await Task.WhenAny(running, locked.Task);
        await server.WaitUntilAsync(
            $"EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_relation_size%' AND {server.Backend} = ANY(pg_blocking_pids(pid)))",
            Cancellation);
        await server.ExecuteAsync(
            """
            ALTER TABLE orders DISABLE TRIGGER USER;
            UPDATE orders SET note = NULL, "Pending" = true WHERE id % 100 = 0;
            ALTER TABLE orders ENABLE ALWAYS TRIGGER carry_over;
            UPDATE lockkeeper.backfill_ranges AS r
            SET next_block = first_block,
                end_block = CASE WHEN end_block < last THEN end_block ELSE pg_relation_size('orders') / 8192 END
            FROM (SELECT max(end_block) AS last FROM lockkeeper.backfill_ranges) AS m;
            COMMIT
            """,
            Cancellation);
        await running;

        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_connection_that_does_not_come_back_ends_the_run_with_a_code_and_the_next_run_finishes(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);

        var error = await Assert.ThrowsAsync<BackfillException>(() => scene
            .Backfiller(new BackfillOptions { Workers = 2, ReconnectAttempts = 0 }, new SteppingTime())
            .RunAsync(job, OnProgress.HalfWay(() => KillAllAsync(scene)), Cancellation));

        Assert.Equal("LK2001", error.Code);
        await FinishAsync(scene, job);
    }

    [Fact]
    public async Task A_claim_of_a_backend_that_is_gone_is_taken_over_before_its_lease_ends()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 1000, Cancellation);
        await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        var gone = await GonePidAsync(scene);
        await scene.Database.ExecuteAsync(
            $"""
             UPDATE lockkeeper.backfill_ranges
             SET next_block = 0, worker_pid = {gone}, worker_since = now() - interval '1 s', lease_until = now() + interval '1 day'
             """,
            Cancellation);

        await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        Assert.Equal(0, await scene.CountAsync("lockkeeper.backfill_ranges", "NOT done", Cancellation));
    }

    [Fact]
    public async Task Two_processes_share_one_job()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);

        var reports = await Task.WhenAll(
            scene.Backfiller().RunAsync(job, cancellationToken: Cancellation),
            scene.Backfiller().RunAsync(job, cancellationToken: Cancellation));

        Assert.All(reports, report => Assert.Equal(Rows, report.Rows));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    private static async Task FinishAsync(Scene scene, BackfillJob job)
    {
        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        // Nobody else wrote, so each row was filled exactly once.
        Assert.Equal(Rows, report.Rows);
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    private static Task<int> KillAllAsync(Scene scene) => scene.Database.ExecuteAsync(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'lockkeeper backfill'
        """,
        Cancellation);

    private static async Task<int> GonePidAsync(Scene scene)
    {
        int pid;
        await using (var session = await scene.Database.OpenSessionAsync(Cancellation))
        {
            pid = session.Backend;
        }

        await using var other = await scene.Database.OpenSessionAsync(Cancellation);
        await other.WaitUntilAsync($"NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {pid})", Cancellation);
        return pid;
    }
}
