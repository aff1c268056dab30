using System.Collections.Immutable;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>A subscriber of logical replication is migrated while rows arrive: what is applied is carried over too.</summary>
public sealed class LogicalReplicationTests
{
    private const int Rows = 20_000;

    private const string Orders = """
        CREATE TABLE orders (id bigint PRIMARY KEY, name text, n int NOT NULL DEFAULT 0);
        INSERT INTO orders SELECT g, 'name ' || g, 0 FROM generate_series(1, 20000) AS g;
        """;

    private const string Loud = """
        operations:
          - add_column: { table: orders, up: upper(name), column: { name: loud, type: text, nullable: true } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Rows_that_replication_applies_are_carried_over(int version)
    {
        await using var server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                Version = version,
                Settings = ImmutableSortedDictionary<string, string>.Empty.Add("wal_level", "logical"),
            },
            Cancellation);
        await using var publisher = new TestDatabase(version, await server.CreateDatabaseAsync(null, Cancellation));
        await publisher.ExecuteAsync(Orders + "CREATE PUBLICATION orders FOR TABLE orders", Cancellation);
        await publisher.ExecuteAsync("SELECT pg_create_logical_replication_slot('orders', 'pgoutput')", Cancellation);
        await using var scene = await MigrationScene.CreateAsync(
            new TestDatabase(version, await server.CreateDatabaseAsync(null, Cancellation)), Orders, Cancellation);
        await SubscribeAsync(server, publisher, scene);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var writing = WriteAsync(publisher, stop.Token);
        await scene.StartAsync(Loud, Cancellation);
        await stop.CancelAsync();
        var written = await writing;
        await publisher.ExecuteAsync("INSERT INTO orders VALUES (-1, 'the last')", Cancellation);
        await using var subscriber = await scene.Database.OpenSessionAsync(Cancellation);
        await subscriber.WaitUntilAsync("EXISTS (SELECT FROM orders WHERE id = -1)", Cancellation);

        Assert.True(written > 1, "The publisher came too late.");
        Assert.Equal(await publisher.ScalarAsync<long>("SELECT count(*) FROM orders", Cancellation), await scene.CountAsync("orders", Cancellation));
        Assert.Equal(0, await scene.CountAsync("public_02_change.orders WHERE loud IS DISTINCT FROM upper(name)", Cancellation));
        Assert.Equal(0, await scene.CountAsync("orders WHERE _lockkeeper_pending", Cancellation));
        await subscriber.ExecuteAsync("ALTER SUBSCRIPTION orders DISABLE", Cancellation);
        await subscriber.ExecuteAsync("ALTER SUBSCRIPTION orders SET (slot_name = NONE)", Cancellation);
        await subscriber.ExecuteAsync("DROP SUBSCRIPTION orders", Cancellation);
        await subscriber.WaitUntilAsync("NOT EXISTS (SELECT FROM pg_replication_slots WHERE active)", Cancellation);
        await publisher.ExecuteAsync("SELECT pg_drop_replication_slot('orders')", Cancellation);
    }

    // The slot is there already: a subscription that makes its own on the same server waits for itself (manual, CREATE SUBSCRIPTION, notes).
    private static Task<int> SubscribeAsync(PostgresServer server, TestDatabase publisher, MigrationScene scene) => scene.Database.ExecuteAsync(
        $"""
         CREATE SUBSCRIPTION orders CONNECTION 'host=127.0.0.1 port={server.Port} user=postgres dbname={publisher.Name}'
         PUBLICATION orders WITH (create_slot = false, slot_name = 'orders', copy_data = false)
         """,
        Cancellation);

    private static async Task<int> WriteAsync(TestDatabase publisher, CancellationToken stop)
    {
        await using var connection = await publisher.OpenAsync(Cancellation);
        var written = 0;
        do
        {
            await connection.ExecuteAsync(
                $"""
                 UPDATE orders SET name = 'again {written}' WHERE id % 500 = {written % 500};
                 UPDATE orders SET n = n + 1 WHERE id % 500 = {(written * 7) % 500};
                 INSERT INTO orders VALUES ({Rows + 1 + written}, 'new {written}');
                 DELETE FROM orders WHERE id = {written * 11 % Rows}
                 """,
                Cancellation);
            written++;
        }
        while (!stop.IsCancellationRequested);

        return written;
    }
}
