using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class SetReplicaIdentityTests(PostgresFixture postgres)
{
    private const string Indexes = """
        CREATE UNIQUE INDEX both_of_them ON orders (id, customer);
        CREATE UNIQUE INDEX partly ON orders (customer) WHERE price > 0;
        CREATE UNIQUE INDEX computed ON orders ((id + 1));
        CREATE UNIQUE INDEX nullable ON orders (price);
        ALTER TABLE orders ADD CONSTRAINT late UNIQUE (id) DEFERRABLE;
        """;

    private static string Set(string identity, string table = "orders") => $"set_replica_identity: {{table: {table}, identity: {{{identity}}}}}";

    [Theory]
    [EachPostgres("type: full", "f")]
    [EachPostgres("type: NOTHING, index: ''", "n")]
    [EachPostgres("type: default", "d")]
    [EachPostgres("type: index, index: both_of_them", "i")]
    public Task It_is_set_on_completion_and_rolling_back_leaves_the_old_one(int version, string identity, string letter) => postgres.RunAsync(version, Orders
        .Under(Set(identity))
        .On(Orders.Setup + Indexes + "ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_pkey")
        .WithOldWrites("INSERT INTO orders (customer, price) VALUES (gen_random_uuid(), NULL)")
        .WithNewWrites("INSERT INTO orders (customer, price) VALUES (gen_random_uuid(), NULL)")
        .HoldsWhileStarted("(SELECT relreplident = 'i' FROM pg_class WHERE oid = 'orders'::regclass)")
        .HoldsWhenComplete($"(SELECT relreplident = '{letter}' FROM pg_class WHERE oid = 'orders'::regclass)"));

    [Theory, EachPostgres]
    public Task An_index_and_a_column_of_the_same_migration_may_be_named(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AddColumn("{name: token, type: uuid, default: gen_random_uuid()}"),
            CreateIndexTests.Index("columns: [{column: token}], unique: true"),
            RenameTableTests.Rename("orders", "purchases"),
            Set("type: index, index: made", "purchases"))
        .WithNewWrites([.. RenameTableTests.Writes])
        .HoldsWhenComplete("(SELECT indisreplident FROM pg_index WHERE indexrelid = 'made'::regclass)"));

    [Theory]
    [EachPostgres("LK1101", "type: full", "nothing")]
    [EachPostgres("LK1134", "type: index, index: nothing", "orders")]
    [EachPostgres("LK1132", "type: index, index: orders_customer_idx", "orders")]
    [EachPostgres("LK1132", "type: index, index: partly", "orders")]
    [EachPostgres("LK1132", "type: index, index: computed", "orders")]
    [EachPostgres("LK1132", "type: index, index: nullable", "orders")]
    [EachPostgres("LK1132", "type: index, index: late", "orders")]
    [EachPostgres("LK1133", "type: nothing", "orders")]
    [EachPostgres("LK1133", "type: default", "keyless")]
    [EachPostgres("LK1111", "type: full", "whole")]
    public Task One_that_the_server_or_a_publication_could_not_use_is_refused(int version, string code, string identity, string table) =>
        postgres.AssertRefusedAsync(
            version, code,
            Orders.Setup + Indexes + """
                CREATE TABLE keyless (id integer); ALTER TABLE keyless REPLICA IDENTITY FULL; CREATE PUBLICATION told FOR TABLE orders, keyless;
                CREATE TABLE whole (id integer) PARTITION BY LIST (id);
                """,
            Yaml.Of(Set(identity, table)));

    // The server would take the identity, and refuse every UPDATE of the table from then on.
    [Theory]
    [EachPostgres("type: full", "orders WHERE (price > 0)", 15)]
    [EachPostgres("type: full", "orders (id, customer)", 15)]
    [EachPostgres("type: full", "doubled", 18)]
    public Task One_that_does_not_fit_what_is_published_is_refused(int version, string identity, string published, int first) => version < first
        ? Task.CompletedTask
        : postgres.AssertRefusedAsync(
            version, "LK1142",
            $"{Orders.Setup} CREATE TABLE doubled (id integer PRIMARY KEY, twice integer GENERATED ALWAYS AS (id * 2) STORED); CREATE PUBLICATION told FOR TABLE {published}",
            Yaml.Of(Set(identity, published.Split(' ')[0])));

    [Theory]
    [InlineData("type: index")]
    [InlineData("type: full, index: both_of_them")]
    [InlineData("type: none")]
    public void An_index_is_named_exactly_when_it_is_meant(string identity) => Assert.Throws<Lockkeeper.Migrations.MigrationFormatException>(
        () => Lockkeeper.Migrations.Migration.Parse(Yaml.Of(Set(identity)), "02_x.yaml"));
}
