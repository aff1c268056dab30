using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>The triggers of a migration tell rows that clients wrote from rows that only the backfill did.</summary>
public sealed class VerifyTests(PostgresFixture postgres)
{
    private const int Rows = 2000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres("")]
    [EachPostgres(" PARTITION BY RANGE (id); CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (1) TO (1001); CREATE TABLE orders_2 PARTITION OF orders DEFAULT")]
    public async Task Rows_that_clients_of_either_version_wrote_after_they_were_filled_are_not_compared(int version, string partitions)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version,
            $"CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL){partitions}; INSERT INTO orders SELECT g, 'c' || g FROM generate_series(1, {Rows}) AS g",
            Cancellation);
        var written = 0;
        var progress = new When(
            value => value is MigrationEvent.BackfillAdvanced { Progress.Rows: Rows } && Interlocked.Exchange(ref written, 1) == 0,
            () => WriteAsync(scene));
        var migration = Migration.Parse(
            """
            operations:
              - add_column: { table: orders, up: upper(customer), column: { name: note, type: text, nullable: true } }
            """,
            "02_change.yaml");

        var report = await scene.Migrator(scene.Options with { Backfill = scene.Options.Backfill with { Verify = true } })
            .StartAsync(migration, progress, Cancellation);

        Assert.Equal(1, written);
        Assert.Equal(Rows - 3, Assert.Single(report.Backfills).RowsCompared);
        Assert.Equal(1, await scene.CountAsync("public_02_change.orders WHERE id = 5000 AND note = 'born'", Cancellation));
        Assert.Equal(1, await scene.CountAsync("public_02_change.orders WHERE id = 5001 AND note = 'MOVED'", Cancellation));
        Assert.Equal(1, await scene.CountAsync("public_02_change.orders WHERE id = 1 AND note = 'mine'", Cancellation));
        Assert.Equal(1, await scene.CountAsync("public_02_change.orders WHERE id = 2 AND note = 'CHANGED'", Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    private static async Task WriteAsync(MigrationScene scene)
    {
        var column = await scene.Database.ScalarAsync<string>(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND attname NOT IN ('id', 'customer', '_lockkeeper_pending')",
            Cancellation);
        await scene.Database.ExecuteAsync(
            $"""
             SET lockkeeper.version = '02_change';
             UPDATE orders SET "{column}" = 'mine' WHERE id = 1;
             INSERT INTO orders (id, customer, "{column}") VALUES (5000, 'new', 'born');
             RESET lockkeeper.version;
             UPDATE orders SET customer = 'changed' WHERE id = 2;
             UPDATE orders SET id = 5001, customer = 'moved' WHERE id = 3
             """,
            Cancellation);
    }

    private sealed class When(Func<MigrationEvent, bool> condition, Func<Task> act) : IProgress<MigrationEvent>
    {
        public void Report(MigrationEvent value)
        {
            if (condition(value))
            {
                act().GetAwaiter().GetResult();
            }
        }
    }
}
