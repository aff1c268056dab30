using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class DropIndexTests(PostgresFixture postgres)
{
    internal static string Drop(string index) => $"drop_index: {{name: {Yaml.Quoted(index)}}}";

    [Theory, EachPostgres]
    public Task The_old_version_has_the_index_until_completion(int version) => postgres.RunAsync(version, Orders
        .Under(Drop("orders_customer_idx"))
        .HoldsWhileStarted("to_regclass('{old}.orders_customer_idx') IS NOT NULL")
        .HoldsWhenComplete("to_regclass('orders_customer_idx') IS NULL"));

    [Theory, EachPostgres]
    public Task An_index_of_a_table_that_gets_another_name(int version) => postgres.RunAsync(version, Orders
        .Under(RenameTableTests.Rename("orders", "Pur\"chases"), Drop("orders_customer_idx"))
        .WithNewWrites("INSERT INTO \"Pur\"\"chases\" (customer) VALUES ('w{n}')")
        .HoldsWhenComplete("to_regclass('orders_customer_idx') IS NULL"));

    [Theory, EachPostgres]
    public Task An_index_in_partitions(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Drop("by_kind")))
        .On("""
            CREATE TABLE events (id integer NOT NULL, kind text) PARTITION BY RANGE (id);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (50000);
            CREATE TABLE events_2 PARTITION OF events DEFAULT;
            CREATE INDEX by_kind ON events (kind);
            """)
        .WithOldWrites("INSERT INTO events VALUES ({n}, 'n')", "UPDATE events SET kind = 'u' WHERE id = {n}")
        .WithNewWrites("INSERT INTO events VALUES ({n}, 'w')", "UPDATE events SET kind = 'x' WHERE id = {n}"));

    // A long transaction that uses the table makes the drop wait, but nobody behind it.
    [Theory, EachPostgres]
    public async Task Completing_waits_for_readers_and_stops_no_writer(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var both = await postgres.StartAsync(version, Orders.Setup, Yaml.Of(Drop("orders_customer_idx")));
        await using var reader = await both.Database.OpenSessionAsync(cancellationToken);
        var dropping = Events.When(
            e => e is Lockkeeper.Migrations.MigrationEvent.StageDone { Stage: Lockkeeper.Migrations.Planning.TransactionStage },
            () => reader.ExecuteAsync("BEGIN; SELECT count(*) FROM orders", CancellationToken.None));
        var completing = both.Migrator.CompleteAsync(dropping, cancellationToken);
        while (!await both.Database.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {reader.Backend} = ANY (pg_blocking_pids(pid)))", cancellationToken))
        {
            Assert.False(completing.IsCompleted);
        }

        await both.NewAsync("SET lock_timeout = '1s'; INSERT INTO orders (customer) VALUES ('passes'); RESET lock_timeout");
        await reader.ExecuteAsync("COMMIT", cancellationToken);
        await completing;
        Assert.True(await both.Database.ScalarAsync<bool>("SELECT to_regclass('orders_customer_idx') IS NULL", cancellationToken));
    }

    [Theory]
    [EachPostgres("LK1134", "nothing", "")]
    [EachPostgres("LK1134", "events_1_kind_idx", "")]
    [EachPostgres("LK1135", "orders_pkey", "drop_constraint")]
    [EachPostgres("LK1136", "known", "constraint theirs on table lines")]
    [EachPostgres("LK1136", "told_apart", "the replica identity of table orders")]
    public async Task An_index_that_others_need_is_refused(int version, string code, string index, string named)
    {
        const string More = """
            CREATE TABLE events (id integer NOT NULL, kind text) PARTITION BY RANGE (id);
            CREATE TABLE events_1 PARTITION OF events DEFAULT;
            CREATE INDEX by_kind ON events (kind);
            CREATE UNIQUE INDEX known ON orders (customer);
            CREATE TABLE lines (customer text CONSTRAINT theirs REFERENCES orders (customer));
            CREATE UNIQUE INDEX told_apart ON orders (id, customer);
            ALTER TABLE orders REPLICA IDENTITY USING INDEX told_apart;
            """;
        Assert.Contains(named, await postgres.AssertRefusedAsync(version, code, Orders.Setup + More, Yaml.Of(Drop(index))), StringComparison.Ordinal);
    }
}
