using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>Clients that hold locks for long: the backfill steps around them, and nobody else notices.</summary>
public sealed class LockedRowTests(PostgresFixture postgres)
{
    private const int Rows = 20_000;
    private const int Middle = Rows / 2;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task A_row_locked_by_a_long_transaction_is_filled_after_its_release_and_all_others_before(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var holder = await scene.Database.OpenSessionAsync(Cancellation);
        await holder.ExecuteAsync($"BEGIN; SELECT FROM orders WHERE id = {Middle} FOR UPDATE", Cancellation);
        var waits = new WaitsSeen();

        var running = scene.Backfiller(time: new SteppingTime()).RunAsync(job, waits, Cancellation);
        await holder.WaitUntilAsync("(SELECT count(*) = 1 FROM orders WHERE \"Pending\")", Cancellation);
        await holder.WaitUntilAsync($"{holder.Backend} = ANY (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity)", Cancellation);
        Assert.False(running.IsCompleted);
        await waits.FirstAsync(Cancellation);
        await holder.ExecuteAsync("COMMIT", Cancellation);
        var report = await running;

        Assert.Equal(1, report.RowsRevisited);
        Assert.Equal(Rows, report.Rows);
        Assert.True(report.LockTimeouts >= 1);
        Assert.All(waits.All, wait => Assert.Equal((holder.Backend, "idle in transaction"), (wait.Backend, wait.State)));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres]
    public async Task Other_clients_wait_no_longer_than_a_chunk_while_rows_are_locked(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var holder = await scene.Database.OpenSessionAsync(Cancellation);
        await holder.ExecuteAsync($"BEGIN; UPDATE orders SET n = n + 1 WHERE id % 500 = 0", Cancellation);
        await using var client = await scene.Database.OpenAsync(Cancellation);
        // A chunk is given up after 600 ms at the latest; without that the holder's transaction would be the limit.
        await client.ExecuteAsync("SET lock_timeout = '900ms'", Cancellation);

        var running = scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        var updated = 0;
        for (var id = 1; await scene.CountAsync("orders", "\"Pending\"", Cancellation) > Rows / 500; id = (id * 7 % Rows) + 1)
        {
            if (id % 500 != 0)
            {
                updated += await client.ExecuteAsync($"UPDATE orders SET n = n + 1 WHERE id = {id}", Cancellation);
            }
        }

        Assert.True(updated > 0, "The client came too late.");
        await holder.ExecuteAsync("COMMIT", Cancellation);
        await running;

        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
        Assert.Equal(Rows / 500, await scene.CountAsync("orders", "id % 500 = 0 AND n = 1", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task Half_a_table_that_a_transaction_locks_and_gives_up_is_filled_in_few_statements(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var holder = await scene.Database.OpenSessionAsync(Cancellation);
        await holder.ExecuteAsync($"BEGIN; SELECT FROM orders WHERE id % 2 = 0 FOR UPDATE", Cancellation);

        var running = scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        await holder.WaitUntilAsync($"(SELECT count(*) = {Rows / 2} FROM orders WHERE \"Pending\")", Cancellation);
        await holder.ExecuteAsync("ROLLBACK", Cancellation);
        var report = await running;

        Assert.Equal((Rows, Rows / 2), (report.Rows, report.RowsRevisited));
        // For each of the two workers one page of single rows at most, if the release came while they were being visited.
        Assert.InRange(report.Chunks, 2, 800);
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres]
    public async Task A_locked_table_is_waited_for_and_the_holder_named(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var holder = await scene.Database.OpenSessionAsync(Cancellation);
        var waits = new WaitsSeen();

        // As CREATE INDEX without CONCURRENTLY does.
        await holder.ExecuteAsync("BEGIN; LOCK TABLE orders IN SHARE MODE", Cancellation);
        var running = scene.Backfiller(time: new SteppingTime()).RunAsync(job, waits, Cancellation);
        await waits.FirstAsync(Cancellation);
        Assert.Equal(Rows, await scene.CountAsync("orders", "\"Pending\"", Cancellation));
        await holder.ExecuteAsync("COMMIT", Cancellation);
        var report = await running;

        // Once the holder is gone, one of the workers may be seen to wait for the other for a moment.
        Assert.Equal(holder.Backend, waits.All.First().Backend);
        Assert.All(waits.All.Skip(1), wait => Assert.True(wait.Backend == holder.Backend || wait.ApplicationName == "lockkeeper backfill", wait.ToString()));
        Assert.Equal(Rows, report.Rows);
        Assert.Equal(0, report.RowsRevisited);
    }

    [Theory, EachPostgres]
    public async Task Skipped_rows_survive_a_cancelled_run(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var holder = await scene.Database.OpenSessionAsync(Cancellation);
        await holder.ExecuteAsync($"BEGIN; SELECT FROM orders WHERE id = {Middle} FOR UPDATE", Cancellation);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = scene.Backfiller().RunAsync(job, cancellationToken: cancel.Token);
        await holder.WaitUntilAsync("(SELECT count(*) = 1 FROM orders WHERE \"Pending\")", Cancellation);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(1, await scene.CountAsync("lockkeeper.backfill_ranges", "NOT done AND next_block = end_block", Cancellation));
        await holder.ExecuteAsync("COMMIT", Cancellation);
        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        Assert.Equal((Rows, 1), (report.Rows, report.RowsRevisited));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }
}
