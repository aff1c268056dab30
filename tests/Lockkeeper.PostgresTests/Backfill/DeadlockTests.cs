using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>Clients that lock rows in the opposite order to the backfill: it is the backfill that gives way, every time.</summary>
public sealed class DeadlockTests(PostgresFixture postgres)
{
    private const string Up = "upper(lockkeeper_row.name)";

    // A lock on a transaction belongs to no database, and other tests run on the same server.
    private const string Waits =
        """
        FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE datname = current_database() AND locktype = 'transactionid'
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task A_client_in_a_cycle_with_a_chunk_is_not_the_victim(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 400, Cancellation);
        await using var client = await scene.Database.OpenSessionAsync(Cancellation);
        await client.ExecuteAsync("BEGIN; UPDATE orders SET n = 1 WHERE id = 400", Cancellation);

        // The chunk has locked the first rows and waits for the last; now the client asks for the first.
        var running = scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        await client.WaitUntilAsync($"{client.Backend} = ANY (SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity)", Cancellation);
        await client.ExecuteAsync("UPDATE orders SET n = 1 WHERE id = 1; COMMIT", Cancellation);
        await running;

        Assert.Equal(2, await scene.CountAsync("orders", "n = 1", Cancellation));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
        Assert.Equal(0, await DeadlocksAsync(scene));
    }

    /// <summary>
    /// With a deadlock_timeout of 200 ms, single waits of 40 ms are all shorter than the lock timeout of 50 ms. The client waits for row 1,
    /// which the chunk has; the chunk waits for rows 2 to 5 one after the other, and would wait for the client's row just when the client
    /// looks for a deadlock. It must have given up by then.
    /// </summary>
    [Theory, EachPostgres]
    public async Task Many_short_waits_do_not_add_up_to_a_deadlock(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.CreateTableAsync("orders", rows: 400, Cancellation);
        await scene.Database.ExecuteAsync($"ALTER DATABASE \"{scene.Database.Name}\" SET deadlock_timeout = '200ms'", Cancellation);
        scene.Database.CloseConnections();
        var job = await scene.PrepareAsync("orders", Up, Cancellation);
        await using var client = await scene.Database.OpenSessionAsync(Cancellation);
        await client.ExecuteAsync("BEGIN; UPDATE orders SET n = 1 WHERE id = 6", Cancellation);
        var holders = Enumerable.Range(2, 4).Select(id => HoldUntilWaitedForAsync(scene, id)).ToArray();
        await client.WaitUntilAsync($"(SELECT count(*) = 5 {Waits} AND granted)", Cancellation);

        var running = scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        await client.WaitUntilAsync($"EXISTS (SELECT {Waits} AND NOT granted)", Cancellation);
        await client.ExecuteAsync("UPDATE orders SET n = 1 WHERE id = 1; COMMIT", Cancellation);
        await Task.WhenAll(holders);
        await running;

        Assert.Equal(6, await scene.CountAsync("orders", "n = 1", Cancellation));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
        Assert.Equal(0, await DeadlocksAsync(scene));
    }

    private static Task<int> HoldUntilWaitedForAsync(Scene scene, int id) => scene.Database.ExecuteAsync(
        $"""
         DO $body$ BEGIN
             UPDATE orders SET n = 1 WHERE id = {id};
             WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid) LOOP
                 PERFORM pg_sleep(0.001);
             END LOOP;
             PERFORM pg_sleep(0.04);
         END $body$
         """,
        Cancellation);

    [Theory, EachPostgres]
    public async Task Many_clients_that_lock_backwards_never_fail(int version)
    {
        const int Clients = 4;
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 40_000, Cancellation);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var clients = Enumerable.Range(0, Clients).Select(k => LockBackwardsAsync(scene, k, Clients, done.Token)).ToArray();
        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        await done.CancelAsync();
        var transactions = await Task.WhenAll(clients);

        Assert.All(transactions, count => Assert.True(count > 0));
        Assert.Equal(transactions.Sum() * 20, await scene.Database.ScalarAsync<long>("SELECT sum(n) FROM orders", Cancellation));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
        Assert.Equal(0, await DeadlocksAsync(scene));
        TestContext.Current.TestOutputHelper?.WriteLine($"{transactions.Sum()} transactions, {report}");
    }

    /// <summary>
    /// Twenty rows per transaction from high to low. Each client has rows of its own, so that only the backfill can stand in its way.
    /// </summary>
    private static async Task<long> LockBackwardsAsync(Scene scene, int client, int clients, CancellationToken stop)
    {
        await using var connection = await scene.Database.OpenAsync(Cancellation);
        var transactions = 0L;
        do
        {
            await connection.ExecuteAsync(
                $"""
                 DO $body$ BEGIN
                     FOR i IN REVERSE 19..0 LOOP
                         UPDATE orders SET n = n + 1 WHERE id = 1 + (i * 2000 + {transactions * clients} + {client}) % 40000;
                         PERFORM pg_sleep(0.005);
                     END LOOP;
                 END $body$
                 """,
                Cancellation);
            transactions++;
        }
        while (!stop.IsCancellationRequested);

        return transactions;
    }

    // The counter is sent when a session is idle; the failing client would be noticed in any case.
    private static Task<long> DeadlocksAsync(Scene scene) => scene.Database.ScalarAsync<long>(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", Cancellation);
}
