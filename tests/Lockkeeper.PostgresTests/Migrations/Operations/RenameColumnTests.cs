using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class RenameColumnTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public Task Each_version_calls_the_column_by_its_own_name(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.RenameColumn("customer", "client"))
        .WithNewWrites(
            "INSERT INTO orders (client, price) VALUES ('w{n}', {n})",
            "UPDATE orders SET client = 'z' WHERE id = {n} % 600 + 1",
            "DELETE FROM orders WHERE client = 'n{n}'")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {old}.orders o JOIN {new}.orders n USING (id) WHERE o.customer <> n.client)"));

    [Theory, EachPostgres]
    public Task Everything_that_mentions_the_column_is_predicted_in_the_servers_words(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.RenameColumn("price", "Price \"net\""))
        .On(Orders.Setup + """
            CREATE TABLE prices (id integer PRIMARY KEY);
            ALTER TABLE orders ADD COLUMN price_twice integer GENERATED ALWAYS AS (price * 2) STORED;
            ALTER TABLE orders ADD CONSTRAINT dear CHECK (price > -1 AND customer <> 'price');
            ALTER TABLE orders ADD CONSTRAINT once UNIQUE (id) INCLUDE (price);
            ALTER TABLE orders ADD CONSTRAINT apart EXCLUDE USING btree (id WITH =, price WITH =);
            ALTER TABLE orders ADD CONSTRAINT known FOREIGN KEY (price) REFERENCES prices (id) NOT VALID;
            CREATE INDEX cheap ON orders (customer, (price + id)) WHERE price < 10;
            """)
        .WithOldWrites("INSERT INTO orders (customer, price) VALUES ('n', NULL)", "DELETE FROM orders WHERE id = {n} % 600 + 1")
        .WithNewWrites("INSERT INTO orders (customer, \"Price \"\"net\"\"\") VALUES ('w', NULL)", "DELETE FROM orders WHERE id = {n} % 600 + 1"));

    [Theory, EachPostgres]
    public Task Foreign_keys_that_point_at_the_column_follow(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.RenameColumn("id", "number"))
        .On(Orders.Setup + """
            CREATE TABLE lines (id integer PRIMARY KEY, "order" bigint REFERENCES orders (id) ON DELETE CASCADE);
            ALTER TABLE orders ADD COLUMN parent bigint REFERENCES orders (id) ON DELETE SET NULL;
            """)
        .WithNewWrites("INSERT INTO orders (customer) VALUES ('w')", "UPDATE orders SET price = 1 WHERE number = {n} % 600 + 1"));

    [Theory, EachPostgres]
    public Task Two_columns_trade_their_names(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            Yaml.RenameColumn("a", "c", "pairs"), Yaml.RenameColumn("b", "a", "pairs"), Yaml.RenameColumn("c", "b", "pairs")))
        .On("CREATE TABLE pairs (a integer, b text, CONSTRAINT apart CHECK (a > 0 AND b <> 'a')); INSERT INTO pairs SELECT i, 'b' FROM generate_series(1, 500) i; CREATE INDEX ab ON pairs (a, b)")
        .WithOldWrites("INSERT INTO pairs VALUES ({n}, 'n')", "UPDATE pairs SET b = 'u' WHERE a = {n}")
        .WithNewWrites("INSERT INTO pairs (a, b) VALUES ('w', {n})", "UPDATE pairs SET a = 'x' WHERE b = {n}"));

    [Theory]
    [EachPostgres("LK1102", "nothing", "something")]
    [EachPostgres("LK1104", "customer", "price")]
    public Task What_cannot_be_renamed_is_refused(int version, string code, string from, string to) =>
        postgres.AssertRefusedAsync(version, code, Orders.Setup, Yaml.Of(Yaml.RenameColumn(from, to)));
}
