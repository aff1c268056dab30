using Lockkeeper.Migrations;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Dependents;

/// <summary>What depends on a copied column, with clients of both versions at work, and what cannot follow it.</summary>
public sealed class DependentsTests(PostgresFixture postgres)
{
    private const string Views = """
        CREATE VIEW cheap AS SELECT id, price, customer FROM orders WHERE price < 300;
        CREATE VIEW cheapest AS SELECT min(price) AS price FROM cheap;
        CREATE VIEW priced AS SELECT o.id, c.price FROM orders o LEFT JOIN cheap c USING (id);
        """;

    private static readonly string ToBigint = Yaml.AlterColumn("price", "type: bigint", "price", "price::integer");

    private static readonly string ToText = Yaml.AlterColumn("customer", "type: varchar(99)", "customer || ''", "customer");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public Task Views_are_made_again_while_clients_read_and_write_through_them(int version) => postgres.RunAsync(version, Orders
        .Under(ToBigint, ToText)
        .On(Orders.Setup + Views)
        .WithOldWrites([.. Orders.Writes, "SELECT id, price FROM cheap LIMIT 3", "UPDATE cheap SET price = price + 1 WHERE id = {n} % 600 + 1"])
        .WithNewWrites([.. Orders.Writes, "SELECT id, price FROM public.priced LIMIT 3"])
        .HoldsWhenComplete(
            "(SELECT format_type(atttypid, -1) = 'bigint' FROM pg_attribute WHERE attrelid = 'cheap'::regclass AND attname = 'price')",
            "(SELECT format_type(atttypid, -1) = 'bigint' FROM pg_attribute WHERE attrelid = 'cheapest'::regclass AND attname = 'price')",
            "(SELECT format_type(atttypid, -1) = 'bigint' FROM pg_attribute WHERE attrelid = 'priced'::regclass AND attname = 'price')"));

    [Theory, EachPostgres]
    public Task A_key_that_others_point_at_changes_its_type(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AlterColumn("id", "type: integer", "id", "id"),
            Yaml.AlterColumn("orders", "type: integer", "orders", "orders", "lines"))
        .On(Orders.Setup + """
            CREATE TABLE lines (id int PRIMARY KEY, orders bigint REFERENCES orders ON DELETE CASCADE, next int REFERENCES lines);
            INSERT INTO lines SELECT i, i FROM generate_series(1, 600) i;
            """)
        .WithOldWrites([.. Orders.Writes, "WITH o AS (INSERT INTO orders (customer) VALUES ('l') RETURNING id) INSERT INTO lines SELECT {n} + 100000, id FROM o ON CONFLICT (id) DO NOTHING"])
        .WithNewWrites([.. Orders.Writes, "WITH o AS (INSERT INTO orders (customer) VALUES ('w') RETURNING id) SELECT 1 / id FROM o", "UPDATE lines SET orders = NULL WHERE id = {n} % 600 + 1"])
        .HoldsWhenComplete(
            "(SELECT count(*) = 2 FROM pg_constraint WHERE confrelid IN ('orders'::regclass, 'lines'::regclass) AND convalidated)",
            "NOT EXISTS (SELECT FROM lines l LEFT JOIN orders o ON o.id = l.orders WHERE o.id IS NULL AND l.orders IS NOT NULL)",
            "(SELECT count(*) = count(DISTINCT id) FROM orders)",
            "(SELECT data_type::text = 'integer' FROM pg_sequences WHERE sequencename = 'orders_id_seq')",
            "nextval('orders_id_seq') > (SELECT max(id) FROM orders)"));

    [Theory]
    [EachPostgres("ALWAYS")]
    [EachPostgres("BY DEFAULT")]
    public async Task A_client_of_the_new_version_is_given_numbers_without_rights_on_the_sequence(int version, string kind)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            $"""
            {Furnished.Roles}
            CREATE TABLE items (id int GENERATED {kind} AS IDENTITY (START 5 INCREMENT 10) PRIMARY KEY, name text);
            GRANT ALL ON items TO "Clerk of shop"; GRANT USAGE ON SCHEMA public TO "Clerk of shop";
            INSERT INTO items (name) SELECT 'i' FROM generate_series(1, 3);
            """,
            Cancellation);
        await scene.StartAsync(Yaml.Of(Yaml.AlterColumn("id", "type: bigint", "id * 2", "id / 2", "items")), Cancellation);

        const string Insert = """SET ROLE "Clerk of shop"; SET search_path = public_02_change; INSERT INTO items (name) VALUES ('new') RETURNING id""";
        Assert.Equal(70, await scene.Database.ScalarAsync<long>(Insert, Cancellation));
        await scene.Database.ExecuteAsync("SET search_path = public; INSERT INTO items (name) VALUES ('old')", Cancellation);
        Assert.Equal("35,45", await scene.Database.ScalarAsync<string>("SELECT string_agg(id::text, ',' ORDER BY id) FROM public.items WHERE name <> 'i'", Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);

        Assert.Equal(55, await scene.Database.ScalarAsync<long>(Insert, Cancellation));
        Assert.Equal(kind == "ALWAYS" ? "a" : "d", await scene.Database.ScalarAsync<string>(
            "SELECT attidentity::text FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'id'", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task A_trigger_on_the_column_fires_for_both_versions(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            Orders.Setup + """
                CREATE TABLE seen (price int);
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES (NEW.price); RETURN NEW; END $$;
                CREATE TRIGGER see AFTER UPDATE OF price ON orders FOR EACH ROW EXECUTE FUNCTION see();
                """,
            Cancellation);
        await scene.StartAsync(Yaml.Of(Yaml.AlterColumn("price", "type: bigint", "price * 2::bigint", "price / 2")), Cancellation);
        await scene.Database.ExecuteAsync("DELETE FROM seen; UPDATE public.orders SET price = 11 WHERE id = 1", Cancellation);
        await scene.Database.ExecuteAsync("SET search_path = public_02_change; UPDATE orders SET price = 24 WHERE id = 2; UPDATE orders SET customer = 'x'", Cancellation);
        Assert.Equal("11,12", await SeenAsync(scene));

        await scene.Migrator().CompleteAsync(null, Cancellation);
        await scene.Database.ExecuteAsync("SET search_path = public_02_change; UPDATE orders SET price = 30 WHERE id = 2; UPDATE orders SET customer = 'y'", Cancellation);
        Assert.Equal("11,12,30", await SeenAsync(scene));
    }

    [Theory, EachPostgres]
    public async Task A_trigger_on_two_columns_that_are_changed_fires_for_writes_of_either(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            Orders.Setup + """
                ALTER TABLE orders ADD more int DEFAULT 0;
                CREATE TABLE seen (price int);
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES (NEW.id); RETURN NEW; END $$;
                CREATE TRIGGER see AFTER UPDATE OF more, price ON orders FOR EACH ROW EXECUTE FUNCTION see();
                ALTER TABLE orders ENABLE ALWAYS TRIGGER see;
                """,
            Cancellation);
        var change = Yaml.Of(
            Yaml.AlterColumn("price", "type: bigint", "price", "price"), Yaml.AlterColumn("more", "type: bigint", "more", "more"));
        const string Writes = "SET search_path = public_02_change; UPDATE orders SET price = 3 WHERE id = 1; UPDATE orders SET more = 4 WHERE id = 2; UPDATE orders SET customer = 'x' WHERE id = 3";
        await scene.StartAsync(change, Cancellation);
        await scene.Database.ExecuteAsync($"DELETE FROM seen; {Writes}", Cancellation);
        Assert.Equal("1,2", await SeenAsync(scene));

        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);

        await scene.StartAsync(change, Cancellation);
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await scene.Database.ExecuteAsync($"DELETE FROM seen; {Writes}", Cancellation);
        Assert.Equal("1,2", await SeenAsync(scene));
        Assert.Equal("A", await scene.Database.ScalarAsync<string>("SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'see'", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task A_value_that_no_foreign_key_finds_makes_starting_fail_and_is_undone(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            Orders.Setup + "CREATE TABLE lines (id int PRIMARY KEY, orders bigint REFERENCES orders); INSERT INTO lines VALUES (1, 7);",
            Cancellation);

        var failure = await Assert.ThrowsAsync<MigrationException>(
            () => scene.StartAsync(Yaml.Of(Yaml.AlterColumn("id", "type: integer", "id + 10000", "id - 10000")), Cancellation));

        Assert.Contains("id = 1", failure.Message, StringComparison.Ordinal);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory]
    [EachPostgres("LK1110", "materialized view many", "CREATE MATERIALIZED VIEW many AS SELECT price FROM orders")]
    [EachPostgres("LK1160", "materialized view many", "CREATE VIEW cheap AS SELECT price FROM orders; CREATE MATERIALIZED VIEW many AS SELECT price FROM cheap")]
    [EachPostgres("LK1160", "function sum_of()", "CREATE FUNCTION sum_of() RETURNS bigint LANGUAGE sql RETURN (SELECT sum(price) FROM orders)")]
    [EachPostgres("LK1160", "function of_cheap(cheap)", "CREATE VIEW cheap AS SELECT price FROM orders; CREATE FUNCTION of_cheap(cheap) RETURNS int LANGUAGE sql AS 'SELECT 1'")]
    [EachPostgres("LK1160", "policy p on table other", "CREATE VIEW cheap AS SELECT price FROM orders; CREATE TABLE other (a int); CREATE POLICY p ON other USING (a IN (SELECT price FROM cheap))")]
    [EachPostgres("LK1160", "column c of table kept", "CREATE VIEW cheap AS SELECT price FROM orders; CREATE TABLE kept (c cheap)")]
    [EachPostgres("LK1163", "placed names columns", "CREATE VIEW placed AS SELECT o.b, o.c FROM orders o (a, b, c)")]
    [EachPostgres("LK1162", "view", "CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS 'SELECT 1'; CREATE VIEW said AS SELECT f(price) FROM orders")]
    [EachPostgres("LK1162", "policy", "CREATE FUNCTION f(int) RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE POLICY p ON orders USING (f(price))")]
    [EachPostgres("LK1110", "generated column twice", "ALTER TABLE orders ADD twice int GENERATED ALWAYS AS (price * 2) STORED")]
    public async Task What_cannot_follow_is_named_before_anything_starts(int version, string code, string named, string setup) =>
        Assert.Contains(
            named,
            (await postgres.AssertRefusedAsync(version, code, $"{Orders.Setup}{setup}", Yaml.Of(ToBigint))).Replace("\"", "", StringComparison.Ordinal).Replace("public.", "", StringComparison.Ordinal),
            StringComparison.Ordinal);

    [Theory]
    [EachPostgres("rename_table: {from: orders, to: sales}", true)]
    [EachPostgres("rename_table: {from: orders, to: sales}", false)]
    [EachPostgres("rename_column: {table: orders, from: customer, to: client}", false)]
    public Task Renaming_what_is_made_again_is_refused(int version, string rename, bool first)
    {
        var change = first ? ToBigint.Replace("\"orders\"", "sales", StringComparison.Ordinal) : ToBigint;
        return postgres.AssertRefusedAsync(
            version, "LK1161", $"{Orders.Setup}{Views}", first ? Yaml.Of(rename, change) : Yaml.Of(change, rename));
    }

    [Theory, EachPostgres]
    public Task A_foreign_key_that_cannot_be_compared_is_named(int version) => postgres.AssertRefusedAsync(
        version, "LK1164", Orders.Setup + "CREATE UNIQUE INDEX ON orders (price); CREATE TABLE lines (price int CONSTRAINT of_price REFERENCES orders (price))",
        Yaml.Of(Yaml.AlterColumn("price", "type: text", "price::text", "price::integer")));

    private static Task<string> SeenAsync(MigrationScene scene) =>
        scene.Database.ScalarAsync<string>("SELECT string_agg(price::text, ',' ORDER BY price) FROM seen", Cancellation);
}
