using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class DropTableTests(PostgresFixture postgres)
{
    private const string Lines = """
        CREATE TABLE lines (id serial PRIMARY KEY, order_id bigint REFERENCES orders (id) ON DELETE SET NULL, parent integer REFERENCES lines (id), note text);
        INSERT INTO lines (order_id, note) SELECT 1 + i % 5, 'n' FROM generate_series(1, 200) i;
        CREATE INDEX lines_note ON lines (note);
        """;

    private static string Drop(string table) => $"drop_table: {{name: {Yaml.Quoted(table)}}}";

    [Theory, EachPostgres]
    public Task The_old_version_has_the_table_until_completion(int version) => postgres.RunAsync(version, Orders
        .Under(Drop("lines"))
        .On(Orders.Setup + Lines)
        .WithOldWrites([.. Orders.Writes, "INSERT INTO lines (note) VALUES ('n{n}')", "UPDATE lines SET note = 'u{n}' WHERE id = {n} % 200 + 1"])
        .HoldsWhileStarted("to_regclass('{new}.lines') IS NULL", "(SELECT count(*) >= 200 FROM {old}.lines)")
        .HoldsWhenComplete("to_regclass('lines') IS NULL", "to_regclass('lines_id_seq') IS NULL"));

    [Theory, EachPostgres]
    public Task A_table_goes_after_the_one_that_points_at_it(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Drop("lines"), Drop("orders")))
        .On(Orders.Setup + Lines)
        .WithOldWrites([.. Orders.Writes, "INSERT INTO lines (note) VALUES ('n{n}')"])
        .HoldsWhenComplete("to_regclass('orders') IS NULL"));

    [Theory, EachPostgres]
    public Task A_table_goes_after_the_column_that_points_at_it(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Yaml.DropColumn("order_id", table: "lines"), Drop("orders")))
        .On(Orders.Setup + Lines)
        .WithOldWrites([.. Orders.Writes, "INSERT INTO lines (note) VALUES ('n{n}')"])
        .WithNewWrites("INSERT INTO lines (note) VALUES ('w{n}')", "DELETE FROM lines WHERE note = 'w{n}'"));

    [Theory, EachPostgres]
    public Task Partitions_go_with_their_table(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Drop("Order")))
        .InSchema("My Schema")
        .On("""
            CREATE TABLE "Order" (id integer NOT NULL, kind text) PARTITION BY RANGE (id);
            CREATE TABLE part PARTITION OF "Order" DEFAULT;
            """)
        .WithOldWrites("""INSERT INTO "Order" VALUES ({n}, 'n')""", """UPDATE "Order" SET kind = 'u' WHERE id = {n}""")
        .HoldsWhenComplete("to_regclass('part') IS NULL"));

    [Theory]
    [EachPostgres("LK1101", "SELECT", "")]
    [EachPostgres("LK1130", "CREATE TABLE lines (order_id bigint CONSTRAINT theirs REFERENCES orders (id))", "foreign key \"theirs\" of table \"lines\"")]
    [EachPostgres("LK1130", "CREATE SCHEMA s; CREATE TABLE s.lines (order_id bigint CONSTRAINT theirs REFERENCES orders (id))", "constraint theirs on table s.lines")]
    [EachPostgres("LK1130", "CREATE TABLE p (order_id bigint) PARTITION BY LIST (order_id); CREATE TABLE q PARTITION OF p DEFAULT; ALTER TABLE q ADD CONSTRAINT theirs FOREIGN KEY (order_id) REFERENCES orders (id)", "theirs")]
    [EachPostgres("LK1130", "CREATE VIEW seen AS SELECT count(*) FROM orders", "view seen")]
    [EachPostgres("LK1130", "CREATE MATERIALIZED VIEW seen AS SELECT id FROM orders", "materialized view seen")]
    [EachPostgres("LK1130", "CREATE TABLE t (row orders)", "of table t")]
    [EachPostgres("LK1130", "CREATE TABLE t (id bigint DEFAULT nextval('orders_id_seq'))", "default value for column id of table t")]
    [EachPostgres("LK1130", "CREATE FUNCTION f(orders) RETURNS integer LANGUAGE sql AS 'SELECT 1'", "function f(orders)")]
    [EachPostgres("LK1130", "CREATE TABLE t (id bigint); CREATE POLICY known ON t USING (EXISTS (SELECT FROM orders))", "policy known on table t")]
    public async Task What_uses_the_table_is_named(int version, string code, string more, string named)
    {
        var message = await postgres.AssertRefusedAsync(
            version, code, $"{Orders.Setup}{more}", Yaml.Of(Drop(code == "LK1101" ? "nothing" : "orders")));

        Assert.Contains(named, message, StringComparison.Ordinal);
    }

    // None of these needs the table once it is gone.
    [Theory, EachPostgres]
    public Task What_belongs_to_the_table_goes_with_it(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Drop("orders")))
        .On(Orders.Setup + """
            ALTER TABLE orders ADD COLUMN parent bigint REFERENCES orders (id), ADD COLUMN twice integer GENERATED ALWAYS AS (price * 2) STORED;
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER touched BEFORE UPDATE OF price ON orders FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE POLICY mine ON orders USING (price > 0);
            CREATE STATISTICS both_of_them ON id, price FROM orders;
            CREATE PUBLICATION published FOR TABLE orders WITH (publish = 'insert');
            ALTER TABLE orders REPLICA IDENTITY FULL;
            CREATE RULE quiet AS ON DELETE TO orders WHERE old.price < 0 DO INSTEAD NOTHING;
            """)
        .WithOldWrites(Orders.Writes));

    [Theory, EachPostgres]
    public async Task Foreign_keys_of_the_table_that_still_hold_are_told(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup + Lines, TestContext.Current.CancellationToken);
        var plan = await scene.Migrator().PlanAsync(
            Lockkeeper.Migrations.Migration.Parse(Yaml.Of(Drop("lines")), "02_x.yaml"), TestContext.Current.CancellationToken);

        Assert.Contains(plan.Notes, note => note.Contains("lines_order_id_fkey", StringComparison.Ordinal));
    }
}
