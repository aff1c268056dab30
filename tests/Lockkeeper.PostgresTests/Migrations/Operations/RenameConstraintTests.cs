using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class RenameConstraintTests(PostgresFixture postgres)
{
    private const string Constraints = """
        CREATE TABLE shops (id integer PRIMARY KEY);
        INSERT INTO shops SELECT generate_series(0, 9);
        ALTER TABLE orders ADD COLUMN shop integer DEFAULT 1 CONSTRAINT at REFERENCES shops (id), ADD CONSTRAINT dear CHECK (price > -1),
            ADD CONSTRAINT once UNIQUE (id, customer), ADD CONSTRAINT apart EXCLUDE USING btree (id WITH =);
        """;

    private static string Rename(string from, string to, string table = "orders") =>
        $"rename_constraint: {{table: {table}, from: {Yaml.Quoted(from)}, to: {Yaml.Quoted(to)}}}";

    [Theory, EachPostgres]
    public Task Constraints_of_every_kind_and_their_indexes(int version) => postgres.RunAsync(version, Orders
        .Under(Rename("orders_pkey", "Key"), Rename("at", "of shop"), Rename("dear", "costly"), Rename("once", "one time"), Rename("apart", "alone"))
        .On(Orders.Setup + Constraints)
        .HoldsWhileStarted("to_regclass('orders_pkey') IS NOT NULL")
        .HoldsWhenComplete("""to_regclass('"Key"') IS NOT NULL""", "to_regclass('alone') IS NOT NULL"));

    [Theory, EachPostgres]
    public Task A_constraint_that_the_same_migration_adds_or_copies(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AddColumn("{name: state, type: text, default: \"'new'\", check: {name: known, constraint: state <> ''}}"),
            Rename("known", "valid"),
            Rename("dear", "costly"),
            Yaml.AlterColumn("price", "type: bigint", "price", "price"),
            Rename("once", "twice"))
        .On(Orders.Setup + Constraints));

    [Theory]
    [EachPostgres("LK1101", "nothing", "dear", "x")]
    [EachPostgres("LK1131", "orders", "nothing", "x")]
    [EachPostgres("LK1112", "orders", "dear", "once")]
    [EachPostgres("LK1120", "orders", "once", "shops_pkey")]
    public Task What_cannot_be_renamed_is_refused(int version, string code, string table, string from, string to) =>
        postgres.AssertRefusedAsync(version, code, Orders.Setup + Constraints, Yaml.Of(Rename(from, to, table)));
}
