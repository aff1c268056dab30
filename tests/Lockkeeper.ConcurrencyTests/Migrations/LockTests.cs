using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.ConcurrencyTests.Migrations;

/// <summary>A migration and clients that want the same locks: the clients never pay for it.</summary>
public sealed class LockTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE TABLE a_orders (id int PRIMARY KEY, name text NOT NULL);
        CREATE TABLE b_items (id int PRIMARY KEY, name text NOT NULL);
        INSERT INTO a_orders SELECT i, 'a' || i FROM generate_series(1, 2000) i;
        INSERT INTO b_items SELECT i, 'b' || i FROM generate_series(1, 2000) i;
        """;

    private const string Both = """
        operations:
          - add_column: { table: a_orders, up: upper(name), column: { name: shout, type: text, nullable: true } }
          - add_column: { table: b_items, up: upper(name), column: { name: shout, type: text, nullable: true } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres("UPDATE a_orders SET name = 'held' WHERE id = 1")]
    [EachPostgres("SELECT count(*) FROM a_orders")]
    public async Task A_long_transaction_is_waited_for_by_name_and_nobody_queues_behind_us(int version, string held)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        await using var holder = await scene.Database.OpenSessionAsync(Cancellation);
        await holder.ExecuteAsync($"SET application_name = 'report'; BEGIN; {held}", Cancellation);
        var awaited = new TaskCompletionSource();
        var events = Events.When(
            e => e is MigrationEvent.LockAwaited { Attempt: 1 },
            () =>
            {
                awaited.SetResult();
                return Task.CompletedTask;
            });

        var starting = scene.Migrator().StartAsync(Migration.Parse(Both, "02_change.yaml"), events, Cancellation);
        await using var client = await scene.Database.OpenSessionAsync(Cancellation);
        // Longer than lock_timeout, shorter than anything that would be queueing for the whole transaction of the holder.
        await client.ExecuteAsync("SET statement_timeout = '5s'", Cancellation);
        do
        {
            await client.ExecuteAsync("UPDATE a_orders SET name = name || '.' WHERE id = 2", Cancellation);
        }
        while (!awaited.Task.IsCompleted);

        await holder.ExecuteAsync("COMMIT", Cancellation);
        await starting;
        Assert.Contains(
            events.All.OfType<MigrationEvent.LockAwaited>().SelectMany(e => e.Holders),
            h => h.Application == "report" && h.ProcessId == holder.Backend);
        Assert.Equal(0, await scene.CountAsync("public_02_change.a_orders WHERE shout IS DISTINCT FROM upper(name)", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task When_patience_ends_the_message_names_the_holder_and_the_start_can_be_resumed(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        await using var holder = await scene.Database.OpenSessionAsync(Cancellation);
        await holder.ExecuteAsync("SET application_name = 'report'; BEGIN; UPDATE b_items SET name = 'held' WHERE id = 1", Cancellation);
        var impatient = scene.Options with { LockTimeout = TimeSpan.FromMilliseconds(50), LockPatience = TimeSpan.FromMilliseconds(100) };

        var failed = await Assert.ThrowsAsync<MigrationException>(
            () => scene.Migrator(impatient).StartAsync(Migration.Parse(Both, "02_change.yaml"), null, Cancellation));

        Assert.Equal(("LK1302", MigrationOutcome.Resumable), (failed.Code, failed.Outcome));
        Assert.Contains($"process {holder.Backend} (report", failed.Message, StringComparison.Ordinal);
        Assert.Equal(MigrationState.Starting, (await scene.Migrator().StatusAsync(Cancellation)).State);
        await holder.ExecuteAsync("COMMIT", Cancellation);
        await scene.Migrator().ResumeAsync(null, Cancellation);
        Assert.Equal(0, await scene.CountAsync("public_02_change.b_items WHERE shout IS DISTINCT FROM upper(name)", Cancellation));
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres]
    public async Task A_client_in_a_ring_with_a_swap_of_two_tables_is_never_the_victim(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        await scene.StartAsync(Both, Cancellation);
        await using var client = await scene.Database.OpenSessionAsync(Cancellation);
        // The swap locks by name: a_orders first, and then it waits for the client.
        var rings = 0;
        await client.ExecuteAsync("BEGIN; UPDATE b_items SET name = 'mine' WHERE id = 1", Cancellation);
        var completing = scene.Migrator().CompleteAsync(null, Cancellation);
        for (var turn = 0; rings == 0 && turn < 20; turn++)
        {
            var swap = await WaitingForAsync(client);
            var second = client.ExecuteAsync($"SELECT 1; UPDATE a_orders SET name = 'mine' WHERE id = {turn + 1}", Cancellation);
            while (!second.IsCompleted)
            {
                rings += await scene.Database.ScalarAsync<bool>(
                    $"SELECT {swap} = ANY(pg_blocking_pids({client.Backend})) AND {client.Backend} = ANY(pg_blocking_pids({swap}))", Cancellation)
                    ? 1
                    : 0;
            }

            await second;
            await client.ExecuteAsync("COMMIT; BEGIN; UPDATE b_items SET name = 'mine' WHERE id = 1", Cancellation);
            if (completing.IsCompleted)
            {
                break;
            }
        }

        await client.ExecuteAsync("COMMIT", Cancellation);
        await completing;
        Assert.True(rings > 0, "No ring came about.");
        Assert.Equal(0, await DeadlocksAsync(scene));
    }

    [Theory, EachPostgres]
    public async Task Transactions_over_both_tables_in_opposite_orders_never_fail(int version)
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        // Each client has rows of its own, so among themselves they cannot deadlock; with us they could.
        await using var clients = Traffic.Start(scene.Database, scene.Schema, WriteBoth, clients: 4, seed);

        // In a ring with a client we give way and pause; a short wait makes for short pauses.
        var migrator = scene.Migrator(scene.Options with { LockTimeout = TimeSpan.FromMilliseconds(50) });
        var migration = Migration.Parse(Both, "02_change.yaml");
        await clients.MoreAsync(50, Cancellation);
        await migrator.StartAsync(migration, null, Cancellation);
        await clients.MoreAsync(50, Cancellation);
        await migrator.RollbackAsync(null, Cancellation);
        await migrator.StartAsync(migration, null, Cancellation);
        await migrator.CompleteAsync(null, Cancellation);
        await clients.MoreAsync(50, Cancellation);
        await clients.StopAsync();
        Assert.Empty(clients.Failures);
        Assert.Equal(0, await DeadlocksAsync(scene));
    }

    private static string WriteBoth(int client, Random random)
    {
        var id = (random.Next(400) * 4) + client + 1;
        var (first, second) = client % 2 == 0 ? ("a_orders", "b_items") : ("b_items", "a_orders");
        return $"BEGIN; UPDATE {first} SET name = 'n{random.Next()}' WHERE id = {id}; UPDATE {second} SET name = 'n{random.Next()}' WHERE id = {id}; COMMIT";
    }

    private static async Task<int> WaitingForAsync(Session holder)
    {
        var waits = $"FROM pg_stat_activity WHERE application_name = 'lockkeeper' AND {holder.Backend} = ANY(pg_blocking_pids(pid))";
        await holder.WaitUntilAsync($"EXISTS (SELECT {waits})", Cancellation);
        return await holder.ScalarAsync<int>($"SELECT coalesce(max(pid), 0) {waits}", Cancellation);
    }

    private static Task<long> DeadlocksAsync(MigrationScene scene) =>
        scene.Database.ScalarAsync<long>("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", Cancellation);
}
