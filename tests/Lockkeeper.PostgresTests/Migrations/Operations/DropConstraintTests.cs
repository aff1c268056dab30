using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class DropConstraintTests(PostgresFixture postgres)
{
    private static readonly string Setup = Orders.Setup + """
        CREATE TABLE shops (id integer PRIMARY KEY);
        INSERT INTO shops SELECT generate_series(0, 9);
        ALTER TABLE orders ADD shop integer DEFAULT 1 CONSTRAINT shop_fk REFERENCES shops (id) ON DELETE CASCADE,
            ADD CONSTRAINT said CHECK (customer <> ''), ADD token uuid DEFAULT gen_random_uuid() CONSTRAINT token_once UNIQUE,
            ADD spot point, ADD CONSTRAINT apart EXCLUDE USING gist (spot WITH ~=), ADD CONSTRAINT both_said CHECK (customer <> price::text);
        CREATE INDEX by_shop ON orders (shop);
        CREATE TABLE spots (id integer PRIMARY KEY, name text);
        CREATE VIEW grouped AS SELECT id, name FROM spots GROUP BY id;
        """;

    [Theory]
    [EachPostgres("said", "")]
    [EachPostgres("said", ", up: customer, down: customer")]
    [EachPostgres("shop_fk", "")]
    [EachPostgres("token_once", "")]
    [EachPostgres("apart", "")]
    [EachPostgres("orders_pkey", "")]
    [EachPostgres("both_said", "")]
    public Task Without_a_change_of_values_it_is_dropped_on_completion(int version, string name, string maps) => postgres.RunAsync(version, Orders
        .Under($"drop_constraint: {{table: orders, name: {name}{maps}}}")
        .On(Setup)
        .HoldsWhileStarted($"EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}')", "NOT EXISTS (SELECT FROM lockkeeper.backfills)")
        .HoldsWhenComplete($"NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}')"));

    [Theory, EachPostgres]
    public Task A_check_is_gone_for_the_new_version_and_kept_for_the_old(int version) => postgres.RunAsync(version, Orders
        .Under("drop_constraint: {table: orders, name: said, up: customer, down: \"CASE customer WHEN '' THEN 'nobody' ELSE customer END\"}")
        .On(Setup)
        .WithNewWrites("INSERT INTO orders (customer) VALUES ('')", "UPDATE orders SET customer = '' WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {old}.orders WHERE customer = '')", "(SELECT count(*) > 0 FROM {new}.orders WHERE customer = '')"));

    [Theory, EachPostgres]
    public Task A_foreign_key_is_gone_for_the_new_version_and_kept_for_the_old(int version) => postgres.RunAsync(version, Orders
        .Under("drop_constraint: {table: orders, name: shop_fk, down: \"CASE WHEN shop BETWEEN 0 AND 9 THEN shop END\"}")
        .On(Setup)
        .WithNewWrites("INSERT INTO orders (customer, shop) VALUES ('w', {n} + 100)", "UPDATE orders SET shop = {n} + 100 WHERE id = {n} % 600 + 1")
        .HoldsWhenComplete("EXISTS (SELECT FROM pg_indexes WHERE indexname = 'by_shop')"));

    [Theory, EachPostgres]
    public Task A_unique_constraint_is_gone_for_the_new_version_and_kept_for_the_old(int version) => postgres.RunAsync(version, Orders
        .Under("drop_constraint: {table: orders, name: token_once, down: gen_random_uuid()}")
        .On(Setup)
        .WithNewWrites(
            "INSERT INTO orders (customer, token) VALUES ('w', '00000000-0000-0000-0000-000000000000')",
            "UPDATE orders SET token = '00000000-0000-0000-0000-000000000000' WHERE id = {n} % 600 + 1")
        .HoldsWhenComplete("NOT EXISTS (SELECT FROM pg_indexes WHERE indexname = 'token_once')"));

    [Theory]
    [EachPostgres("LK1101", "{table: nothing, name: said}")]
    [EachPostgres("LK1150", "{table: orders, name: nothing}")]
    [EachPostgres("LK1156", "{table: orders, name: both_said, up: customer, down: customer}")]
    [EachPostgres("LK1153", "{table: shops, name: shops_pkey}")]
    [EachPostgres("LK1153", "{table: spots, name: spots_pkey}")]
    [EachPostgres("LK1105", "{table: orders, name: said, down: custumer}")]
    [EachPostgres("LK1108", "{table: orders, name: said, up: upper(customer)}")]
    public Task What_cannot_be_dropped_is_refused(int version, string code, string fields) =>
        postgres.AssertRefusedAsync(version, code, Setup, Yaml.Of($"drop_constraint: {fields}"));
}
