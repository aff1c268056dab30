using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class DropColumnTests(PostgresFixture postgres)
{
    private const string Gone = "NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'price' AND NOT attisdropped)";

    [Theory, EachPostgres(InTurn = true)]
    public Task An_exclusion_constraint_that_has_it_in_its_predicate_goes_with_it(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.DropColumn("price"))
        .On(Orders.Setup + "ALTER TABLE orders ADD CONSTRAINT apart EXCLUDE (id WITH =) WHERE (price > 3);")
        .WithNewWrites("INSERT INTO orders (customer) VALUES ('w')")
        .HoldsWhenComplete("NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'apart')"));

    [Theory, EachPostgres]
    public Task A_nullable_column_goes_without_down(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.DropColumn("price"))
        .WithNewWrites("INSERT INTO orders (customer) VALUES ('w')", "UPDATE orders SET customer = 'w{n}' WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("NOT EXISTS (SELECT FROM lockkeeper.backfills)")
        .HoldsWhenComplete(Gone));

    [Theory, EachPostgres]
    public Task A_not_null_column_gets_its_value_from_down(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.DropColumn("customer", "'order ' || id"))
        .WithNewWrites("INSERT INTO orders (price) VALUES ({n})", "UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1", "DELETE FROM orders WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM orders WHERE customer IS NULL)"));

    [Theory, EachPostgres]
    public Task Constraints_and_indexes_that_mention_the_column_go_with_it(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.DropColumn("price"))
        .On(Orders.Setup + """
            CREATE TABLE prices (id integer PRIMARY KEY);
            ALTER TABLE orders ADD CONSTRAINT dear CHECK (price > -1 OR customer <> '');
            ALTER TABLE orders ADD CONSTRAINT once UNIQUE (id, price);
            ALTER TABLE orders ADD FOREIGN KEY (price) REFERENCES prices (id) NOT VALID;
            CREATE INDEX cheap ON orders (customer) WHERE price < 10;
            CREATE INDEX by_sum ON orders ((id + price));
            CREATE STATISTICS both_of_them ON id, price FROM orders;
            """)
        .WithOldWrites("INSERT INTO orders (customer, price) VALUES ('n', NULL)", "DELETE FROM orders WHERE id = {n} % 600 + 1")
        .WithNewWrites("INSERT INTO orders (customer) SELECT 'w' WHERE false", "DELETE FROM orders WHERE id = {n} % 600 + 1")
        .HoldsWhenComplete(Gone, "(SELECT count(*) = 1 FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype <> 'n')"));

    [Theory, EachPostgres]
    public async Task Down_is_for_new_rows_and_leaves_the_others_alone(int version)
    {
        await using var both = await postgres.StartAsync(version, Orders.Setup, Yaml.Of(Yaml.DropColumn("price", "length(customer)")));
        await both.NewAsync("INSERT INTO orders (id, customer) VALUES (1000, 'four'); UPDATE orders SET customer = 'other' WHERE id = 5");

        Assert.Equal("4", await both.OldReadsAsync("price FROM orders WHERE id = 1000"));
        Assert.Equal("5", await both.OldReadsAsync("price FROM orders WHERE id = 5"));
        Assert.Equal("6", await both.OldReadsAsync("price FROM orders WHERE id = 6"));
    }

    // Lists of columns came with 15.
    [Theory, EachPostgres]
    public async Task A_column_that_a_publication_lists_is_refused_and_others_are_not(int version)
    {
        const string Listed = "CREATE PUBLICATION told FOR TABLE orders (id, price)";
        if (version >= 15)
        {
            Assert.Contains(
                "publication told",
                await postgres.AssertRefusedAsync(version, "LK1110", Orders.Setup + Listed, Yaml.Of(Yaml.DropColumn("price"))),
                StringComparison.Ordinal);
            await using var both = await postgres.StartAsync(version, Orders.Setup + Listed, Yaml.Of(Yaml.DropColumn("customer", "'nobody'")));
        }
    }

    [Theory]
    [EachPostgres("LK1102", "nothing", null)]
    [EachPostgres("LK1108", "customer", null)]
    [EachPostgres("LK1105", "price", "no_such_function(id)")]
    [EachPostgres("LK1105", "price", "price + 1")]
    public Task What_cannot_be_dropped_is_refused(int version, string code, string column, string? down) =>
        postgres.AssertRefusedAsync(version, code, Orders.Setup, Yaml.Of(Yaml.DropColumn(column, down)));

    [Theory]
    [EachPostgres("CREATE VIEW cheap AS SELECT id FROM orders WHERE price < 10;")]
    [EachPostgres("CREATE MATERIALIZED VIEW cheap AS SELECT price FROM orders;")]
    [EachPostgres("ALTER TABLE orders ADD COLUMN twice integer GENERATED ALWAYS AS (price * 2) STORED;")]
    [EachPostgres("ALTER TABLE orders ADD UNIQUE (price); CREATE TABLE lines (price integer REFERENCES orders (price));")]
    [EachPostgres("CREATE POLICY cheap ON orders USING (price > 0);")]
    public Task A_column_that_others_use_is_not_dropped(int version, string setup) =>
        postgres.AssertRefusedAsync(version, "LK1110", Orders.Setup + setup, Yaml.Of(Yaml.DropColumn("price")));
}
