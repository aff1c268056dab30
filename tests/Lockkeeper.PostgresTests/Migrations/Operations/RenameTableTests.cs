using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class RenameTableTests(PostgresFixture postgres)
{
    internal static readonly string[] Writes =
    [
        "INSERT INTO purchases (customer, price) VALUES ('w{n}', {n})",
        "UPDATE purchases SET customer = 'z{n}' WHERE id = {n} % 600 + 1",
        "DELETE FROM purchases WHERE id = {n} % 600 + 1",
    ];

    internal static string Rename(string from, string to) => $"rename_table: {{from: {Yaml.Quoted(from)}, to: {Yaml.Quoted(to)}}}";

    [Theory, EachPostgres]
    public Task Each_version_calls_the_table_by_its_own_name(int version) => postgres.RunAsync(version, Orders
        .Under(Rename("orders", "purchases"))
        .WithNewWrites([.. Writes])
        .HoldsWhileStarted("to_regclass('{new}.orders') IS NULL", "to_regclass('{old}.purchases') IS NULL")
        .HoldsWhenComplete("to_regclass('orders') IS NULL", "(SELECT count(*) > 0 FROM purchases)"));

    [Theory, EachPostgres]
    public Task All_that_belongs_to_the_table_follows(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Rename("Order", "Pur\"chase")))
        .InSchema("My Schema")
        .On("""
            CREATE TABLE "Order" (id bigserial PRIMARY KEY, parent bigint CONSTRAINT under REFERENCES "Order" (id), price integer CHECK (price > 0));
            CREATE TABLE lines (id serial PRIMARY KEY, "order" bigint CONSTRAINT of_order REFERENCES "Order" (id) ON DELETE CASCADE);
            CREATE INDEX by_price ON "Order" (price);
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER touched BEFORE UPDATE ON "Order" FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE VIEW seen AS SELECT * FROM "Order";
            INSERT INTO "Order" (price) SELECT i FROM generate_series(1, 300) i;
            INSERT INTO lines ("order") SELECT i FROM generate_series(1, 300) i;
            """)
        .WithOldWrites("""INSERT INTO "Order" (price, parent) SELECT {n}, max(id) FROM "Order" """, """UPDATE "Order" SET price = {n} WHERE id = {n} % 300 + 1""")
        .WithNewWrites(
            """INSERT INTO "Pur""chase" (price) VALUES ({n})""",
            """INSERT INTO lines ("order") SELECT min(id) FROM "Pur""chase" """)
        .HoldsWhenComplete(
            """pg_get_serial_sequence('"Pur""chase"', 'id') = '"My Schema"."Order_id_seq"'""",
            """(SELECT count(*) > 0 FROM seen)"""));

    [Theory, EachPostgres]
    public Task Two_tables_trade_their_names(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Rename("a", "c"), Rename("b", "a"), Rename("c", "b")))
        .On("CREATE TABLE a (x integer); CREATE TABLE b (y text); INSERT INTO a SELECT generate_series(1, 200)")
        .WithOldWrites("INSERT INTO a VALUES ({n})", "INSERT INTO b VALUES ('n')", "UPDATE a SET x = {n} WHERE x = {n} % 200")
        .WithNewWrites("INSERT INTO b (x) VALUES ({n})", "INSERT INTO a (y) VALUES ('w')"));

    [Theory, EachPostgres]
    public Task A_table_takes_the_name_of_one_that_is_dropped(int version) => postgres.RunAsync(version, Orders
        .Under("drop_table: {name: purchases}", Rename("orders", "purchases"))
        .On(Orders.Setup + "CREATE TABLE purchases (id integer); INSERT INTO purchases VALUES (1)")
        .WithOldWrites([.. Orders.Writes, "UPDATE purchases SET id = {n}"])
        .WithNewWrites([.. Writes]));

    [Theory, EachPostgres]
    public Task A_partitioned_table(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Rename("events", "incidents"), Yaml.AddColumn("{name: tag, type: text, nullable: false}", "kind || id", "incidents")))
        .On("""
            CREATE TABLE events (id integer NOT NULL, kind text NOT NULL) PARTITION BY RANGE (id);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (50000);
            CREATE TABLE events_2 PARTITION OF events DEFAULT;
            INSERT INTO events SELECT i * 100, 'k' FROM generate_series(1, 600) i;
            """)
        .WithOldWrites("INSERT INTO events VALUES ({n}, 'n')", "UPDATE events SET id = 100000 - id WHERE id = {n}")
        .WithNewWrites("INSERT INTO incidents (id, kind, tag) VALUES ({n}, 'w', 't')", "UPDATE incidents SET kind = 'x' WHERE id = {n}"));

    [Theory]
    [EachPostgres("LK1101", "nothing", "something")]
    [EachPostgres("LK1103", "orders", "shops")]
    [EachPostgres("LK1103", "orders", "orders")]
    [EachPostgres("LK1103", "orders", "orders_pkey")]
    [EachPostgres("LK1103", "orders", "seen")]
    [EachPostgres("LK1103", "orders", "part")]
    [EachPostgres("LK1103", "orders", "mood")]
    public Task A_name_that_is_taken_is_refused(int version, string code, string from, string to) => postgres.AssertRefusedAsync(
        version, code,
        Orders.Setup + """
            CREATE TABLE shops (id integer); CREATE VIEW seen AS SELECT 1 AS one; CREATE TYPE mood AS ENUM ('fine');
            CREATE TABLE whole (id integer) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF whole DEFAULT;
            """,
        Yaml.Of(Rename(from, to)));
}
