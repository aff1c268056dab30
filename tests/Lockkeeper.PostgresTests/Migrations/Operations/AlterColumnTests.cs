using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class AlterColumnTests(PostgresFixture postgres)
{
    private const string InStep = "(SELECT count(*) = 0 FROM {old}.orders o JOIN {new}.orders n USING (id) WHERE n.price IS DISTINCT FROM o.price::text)";

    [Theory, EachPostgres]
    public Task A_type_is_changed_with_the_data_in_step_both_ways(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn("price", "type: text", "price::text", "price::integer"))
        .WithNewWrites(
            "INSERT INTO orders (customer, price) VALUES ('w', '{n}')",
            "INSERT INTO orders (customer) VALUES ('w')",
            "UPDATE orders SET price = '{n}' WHERE id = {n} % 600 + 1",
            "DELETE FROM orders WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted(InStep)
        .HoldsWhenComplete("(SELECT atttypid = 'text'::regtype FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'price')"));

    [Theory, EachPostgres]
    public Task A_column_becomes_not_null(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn("price", "nullable: false", "coalesce(price, -1)"))
        .WithOldWrites([.. Orders.Writes, "UPDATE orders SET price = NULL WHERE id = {n} % 600 + 1"])
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE price IS NULL)")
        .HoldsWhenComplete("(SELECT attnotnull FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'price')"));

    [Theory, EachPostgres]
    public Task A_column_becomes_nullable(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn("customer", "nullable: true", down: "coalesce(customer, 'nobody')"))
        .WithNewWrites(
            "INSERT INTO orders (price) VALUES ({n})",
            "UPDATE orders SET customer = NULL WHERE id = {n} % 600 + 1",
            "UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {old}.orders o JOIN {new}.orders n USING (id) WHERE o.customer <> coalesce(n.customer, 'nobody'))")
        .HoldsWhenComplete("(SELECT NOT attnotnull FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'customer')"));

    [Theory]
    [EachPostgres("default: \"7\"", "'7'")]
    [EachPostgres("default: null", "NULL")]
    [EachPostgres("default: \"7\", comment: \"it's theirs\"", "'7'")]
    [EachPostgres("comment: null", "'1'")]
    public Task A_default_or_comment_alone_makes_no_copy(int version, string changes, string expected) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn("price", changes))
        .On(Orders.Setup + "COMMENT ON COLUMN orders.price IS 'before';")
        .HoldsWhileStarted("NOT EXISTS (SELECT FROM lockkeeper.backfills)", "(SELECT count(*) = 3 FROM pg_attribute WHERE attrelid = '{old}.orders'::regclass AND attnum > 0)")
        .HoldsWhenComplete($"(SELECT max(pg_get_expr(adbin, adrelid)) IS NOT DISTINCT FROM {expected} FROM pg_attrdef WHERE adrelid = 'orders'::regclass AND adnum = 3)"));

    [Theory]
    [EachPostgres("default: \"7\"", "7", "1")]
    [EachPostgres("default: null", "NULL", "1")]
    public async Task Each_version_has_its_own_default(int version, string changes, string expectedNew, string expectedOld)
    {
        await using var both = await postgres.StartAsync(version, Orders.Setup, Yaml.Of(Yaml.AlterColumn("price", changes)));
        await both.NewAsync("INSERT INTO orders (id, customer) VALUES (1000, 'n')");
        await both.OldAsync("INSERT INTO orders (id, customer) VALUES (1001, 'o')");

        Assert.Equal(expectedNew, await both.OldReadsAsync("price FROM orders WHERE id = 1000"));
        Assert.Equal(expectedOld, await both.NewReadsAsync("price FROM orders WHERE id = 1001"));
    }

    [Theory, EachPostgres]
    public Task A_copy_takes_a_new_default_and_comment_along(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn("price", "type: bigint, default: \"9\", comment: cents, nullable: false", "coalesce(price, 0)", "price::integer"))
        .HoldsWhenComplete(
            "(SELECT col_description('orders'::regclass, attnum) = 'cents' AND attnotnull FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'price')"));

    [Theory, EachPostgres]
    public Task A_check_comes_through_alter_column(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn("price", "check: {name: price_ok, constraint: price >= 0}", "greatest(price, 0)", "price"))
        .WithOldWrites([.. Orders.Writes, "UPDATE orders SET price = -{n} WHERE id = {n} % 600 + 1"])
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE price < 0)"));

    [Theory, EachPostgres]
    public Task A_unique_constraint_comes_through_alter_column(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn("customer", "unique: {name: customer_once}", "customer || '#' || id", "customer"))
        .WithNewWrites("INSERT INTO orders (customer) VALUES (gen_random_uuid()::text)", "UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1")
        .HoldsWhenComplete("(SELECT contype = 'u' FROM pg_constraint WHERE conname = 'customer_once')"));

    [Theory, EachPostgres]
    public Task A_reference_comes_through_alter_column(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn(
            "price", "references: {name: price_fk, table: prices, column: id, on_delete: SET NULL, deferrable: true}", "1 + abs(price) % 3", "price"))
        .On(Orders.Setup + "CREATE TABLE prices (id integer PRIMARY KEY); INSERT INTO prices SELECT generate_series(1, 3);")
        .WithNewWrites("INSERT INTO orders (customer, price) VALUES ('w', 2)", "UPDATE orders SET price = 3 WHERE id = {n} % 600 + 1")
        .HoldsWhenComplete("(SELECT condeferrable AND convalidated FROM pg_constraint WHERE conname = 'price_fk')"));

    [Theory, EachPostgres]
    public Task Everything_a_column_has_comes_along(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Yaml.AlterColumn("part", "type: bigint", "part", "part::integer", "parts")))
        .On("""
            CREATE TABLE makers (a integer, b integer, UNIQUE (a, b));
            INSERT INTO makers SELECT i, i + 1 FROM generate_series(0, 2000) i;
            CREATE TABLE shelves (id integer PRIMARY KEY);
            INSERT INTO shelves SELECT generate_series(0, 2000);
            CREATE TABLE parts (
                "order" integer NOT NULL,
                part integer NOT NULL DEFAULT 5 CONSTRAINT part_min CHECK (part >= 0) REFERENCES shelves (id) ON DELETE CASCADE DEFERRABLE,
                b integer NOT NULL,
                kind text,
                CONSTRAINT both_ok CHECK (part <> b AND part <= b) NO INHERIT,
                CONSTRAINT pair_once UNIQUE (b, part),
                CONSTRAINT single_once UNIQUE (part),
                CONSTRAINT parts_key PRIMARY KEY ("order", part),
                CONSTRAINT maker FOREIGN KEY (b, part) REFERENCES makers (b, a) ON UPDATE CASCADE);
            INSERT INTO parts SELECT i, i, i + 1, 'k' || i % 5 FROM generate_series(1, 500) i;
            CREATE INDEX by_expression ON parts ((part + b), lower(kind) DESC NULLS LAST);
            CREATE INDEX by_part ON parts (part DESC, kind text_pattern_ops) INCLUDE (b) WITH (fillfactor = 70) WHERE part > 3 AND kind <> 'part';
            CREATE UNIQUE INDEX "By Part" ON parts (kind, part);
            CREATE INDEX untouched ON parts (kind);
            """)
        .WithOldWrites(
            "UPDATE parts SET kind = 'k{n}' WHERE part = {n} % 500 + 1",
            "DELETE FROM parts WHERE part = 1 + {n} % 2000",
            "INSERT INTO parts VALUES ({n} % 2000, {n} % 2000, {n} % 2000 + 1, 'n') ON CONFLICT DO NOTHING")
        .WithNewWrites(
            "UPDATE parts SET kind = 'w{n}' WHERE part = {n} % 500 + 1",
            "DELETE FROM parts WHERE part = 1 + {n} % 2000")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {old}.parts o JOIN {new}.parts n USING (\"order\", b) WHERE n.part <> o.part)")
        .HoldsWhenComplete(
            "(SELECT pg_get_constraintdef(oid) LIKE 'FOREIGN KEY (b, part) REFERENCES%makers(b, a) ON UPDATE CASCADE' FROM pg_constraint WHERE conname = 'maker')",
            "(SELECT contype = 'p' FROM pg_constraint WHERE conname = 'parts_key')"));

    // Two rows have the same place until the statement ends. Other statements leave these rows alone: clients must not deadlock among themselves.
    private const string Turned =
        "WITH t AS MATERIALIZED (SELECT id FROM spots WHERE id > 100 ORDER BY id FOR UPDATE) UPDATE spots s SET place = 221 - place FROM t WHERE t.id = s.id";

    [Theory, EachPostgres]
    public Task Constraints_come_along_that_carry_a_column_or_have_it_in_an_expression_or_check_late(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            Yaml.AlterColumn("x", "type: bigint", "x", "x::integer", "spots"),
            Yaml.AlterColumn("place", "type: bigint", "place", "place::integer", "spots"),
            Yaml.AlterColumn("note", "type: varchar(99)", "note || ''", "note", "spots")))
        .On("""
            CREATE TABLE spots (id integer PRIMARY KEY, x integer, place integer, note text,
                CONSTRAINT in_order UNIQUE (place) DEFERRABLE, CONSTRAINT carrying UNIQUE (id, x) INCLUDE (note), CONSTRAINT later UNIQUE (place, note) INCLUDE (x) DEFERRABLE INITIALLY DEFERRED,
                CONSTRAINT apart EXCLUDE USING gist (point(x, 0) WITH ~=, point(id, 0) WITH ~=) INCLUDE (place) WHERE (x > 0 AND note <> 'x') DEFERRABLE);
            COMMENT ON CONSTRAINT apart ON spots IS 'never two'; COMMENT ON INDEX apart IS 'a tree';
            INSERT INTO spots SELECT i, i, i, 'n' || i FROM generate_series(1, 120) i;
            """)
        .WithOldWrites(Turned, "UPDATE spots SET x = {n} WHERE id = {n} % 100 + 1", "UPDATE spots SET note = 'o{n}' WHERE id = {n} % 100 + 1")
        .WithNewWrites(Turned, "UPDATE spots SET note = 'w{n}' WHERE id = {n} % 100 + 1")
        .HoldsWhenComplete(
            "(SELECT count(*) = 5 AND count(*) FILTER (WHERE condeferrable) = 3 FROM pg_constraint WHERE conrelid = 'spots'::regclass AND contype <> 'n')",
            "(SELECT pg_get_constraintdef(oid) = 'UNIQUE (id, x) INCLUDE (note)' FROM pg_constraint WHERE conname = 'carrying')",
            "(SELECT obj_description(oid, 'pg_constraint') = 'never two' AND obj_description(conindid, 'pg_class') = 'a tree' FROM pg_constraint WHERE conname = 'apart')"));

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_constraint_that_can_only_be_built_under_a_lock_is_not_carried_over_in_a_large_table(int version)
    {
        var toBigint = Yaml.Of(Yaml.AlterColumn("price", "type: bigint", "price", "price"));
        const string Large = "ALTER TABLE orders ADD CONSTRAINT late_once UNIQUE (price, id) DEFERRABLE; INSERT INTO orders (customer) SELECT repeat(md5(i::text), 20) FROM generate_series(1, 5000) i;";

        Assert.Contains("late_once", await postgres.AssertRefusedAsync(version, "LK1168", Orders.Setup + Large, toBigint), StringComparison.Ordinal);
        await postgres.AssertRefusedAsync(version, "LK1111", "CREATE TABLE orders (price integer PRIMARY KEY DEFERRABLE)", toBigint);
    }

    [Theory, EachPostgres]
    public Task A_serial_key_keeps_its_sequence_and_goes_on_counting(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Yaml.AlterColumn("id", "type: bigint", "id", "id::integer", "items")))
        .On("CREATE TABLE items (id serial PRIMARY KEY, name text); INSERT INTO items (name) SELECT 'i' || i FROM generate_series(1, 500) i")
        .WithOldWrites("INSERT INTO items (name) VALUES ('o')", "UPDATE items SET name = 'u' WHERE id = {n} % 500 + 1")
        .WithNewWrites("INSERT INTO items (name) VALUES ('n')", "UPDATE items SET name = 'v' WHERE id = {n} % 500 + 1")
        .HoldsWhenComplete(
            "pg_get_serial_sequence('items', 'id') LIKE '%.items_id_seq'",
            "nextval('items_id_seq') > (SELECT max(id) FROM items)",
            "(SELECT count(*) = count(DISTINCT id) FROM items)"));

    [Theory, EachPostgres]
    public Task A_column_is_altered_twice_in_one_migration(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AlterColumn("price", "nullable: false", "coalesce(price, 0)"),
            Yaml.AlterColumn("price", "type: text", "price::text", "price::integer"))
        .WithOldWrites([.. Orders.Writes, "UPDATE orders SET price = NULL WHERE id = {n} % 600 + 1"])
        .WithNewWrites(
            "INSERT INTO orders (customer, price) VALUES ('w', '{n}')",
            "UPDATE orders SET price = '{n}' WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted(
            "(SELECT count(*) = 0 FROM {old}.orders o JOIN {new}.orders n USING (id) WHERE n.price IS DISTINCT FROM coalesce(o.price, 0)::text)"));

    [Theory, EachPostgres]
    public Task Two_columns_of_one_index_are_altered_in_one_migration(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            Yaml.AlterColumn("a", "type: bigint", "a", "a::integer", "pairs"),
            Yaml.AlterColumn("b", "type: bigint", "b", "b::integer", "pairs")))
        .On("""
            CREATE TABLE pairs (a integer, b integer, c text, PRIMARY KEY (a, b), CONSTRAINT far CHECK (a < b));
            INSERT INTO pairs SELECT i, i + 1 FROM generate_series(1, 500) i;
            CREATE UNIQUE INDEX ba ON pairs (b, a);
            """)
        .WithOldWrites("UPDATE pairs SET c = 'o{n}' WHERE a = {n} % 500 + 1", "INSERT INTO pairs VALUES ({n} + 1000, {n} + 1001) ON CONFLICT DO NOTHING")
        .WithNewWrites("UPDATE pairs SET c = 'n{n}' WHERE a = {n} % 500 + 1", "UPDATE pairs SET b = b + 1000 WHERE a = {n} % 500 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {old}.pairs o FULL JOIN {new}.pairs n ON o.a = n.a AND o.b = n.b WHERE o.a IS NULL OR n.a IS NULL)"));

    [Theory, EachPostgres]
    public Task A_renamed_column_is_altered_in_the_same_migration(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.RenameColumn("customer", "client"),
            Yaml.AlterColumn("client", "type: varchar(200), check: {name: said, constraint: client <> ''}", "client", "client"))
        .WithNewWrites(
            "INSERT INTO orders (client) VALUES ('w')",
            "UPDATE orders SET client = 'z{n}' WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {old}.orders o JOIN {new}.orders n USING (id) WHERE n.client IS DISTINCT FROM o.customer)"));

    [Theory, EachPostgres]
    public Task A_column_added_with_an_index_is_altered_in_the_same_migration(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AddColumn("{name: code, type: text, nullable: true}", "customer"),
            Yaml.AlterColumn("code", "nullable: false", "coalesce(code, '?')"))
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE code IS NULL)")
        .WithNewWrites("INSERT INTO orders (customer, code) VALUES ('w', 'c')", "UPDATE orders SET price = 1 WHERE id = {n} % 600 + 1"));

    [Theory]
    [EachPostgres("LK1102", "nothing", "nullable: false", "0", null)]
    [EachPostgres("LK1109", "price", "unique: null", null, null)]
    [EachPostgres("LK1113", "price", "nullable: true", null, "price")]
    [EachPostgres("LK1108", "price", "type: text", null, "price::integer")]
    [EachPostgres("LK1108", "price", "type: text", "price::text", null)]
    [EachPostgres("LK1108", "price", "nullable: false", null, "price + 1")]
    [EachPostgres("LK1105", "price", "type: text", "price::txt", "price::integer")]
    [EachPostgres("LK1105", "price", "type: text", "price::text", "price + 1")]
    [EachPostgres("LK1105", "price", "type: text", "sum(price)::text", "1")]
    [EachPostgres("LK1106", "price", "type: txt", "price::text", "1")]
    [EachPostgres("LK1106", "price", "type: bigint, default: none", "price", "price")]
    [EachPostgres("LK1106", "state", "type: integer", "1", "'x'")]
    [EachPostgres("LK1110", "twice_of", "type: bigint", "twice_of", "twice_of")]
    [EachPostgres("LK1165", "id", "type: text", "id::text", "id::bigint")]
    [EachPostgres("LK1111", "twice", "type: bigint", "twice", "twice")]
    [EachPostgres("LK1116", "spot", "type: text", "spot::text", "spot::point")]
    [EachPostgres("LK1111", "price", "type: positive", "abs(price)", "price")]
    [EachPostgres("LK1112", "price", "check: {name: customer_said, constraint: price > 0}", "price", "price")]
    [EachPostgres("LK1115", "price", "type: bigint", "twice", "price")]
    [EachPostgres("LK1116", "customer", "type: bytea", "customer::bytea", "'x'")]
    [EachPostgres("LK1120", "price", "unique: {name: others}", "price", null)]
    public Task What_cannot_be_altered_is_refused(int version, string code, string column, string changes, string? up, string? down) =>
        postgres.AssertRefusedAsync(
            version,
            code,
            Orders.Setup + """
                CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
                ALTER TABLE orders ADD state text DEFAULT 'new', ADD twice_of integer, ADD spot point, ADD late integer;
                ALTER TABLE orders ADD twice integer GENERATED ALWAYS AS (twice_of * 2) STORED;
                ALTER TABLE orders ADD CONSTRAINT customer_said CHECK (customer <> ''), ADD UNIQUE (late) DEFERRABLE;
                ALTER TABLE orders ADD EXCLUDE USING gist (spot WITH ~=);
                CREATE TABLE others (id integer);
                """,
            Yaml.Of(Yaml.AlterColumn(column, changes, up, down)));

    [Theory, EachPostgres]
    public Task A_primary_key_column_does_not_become_nullable(int version) => postgres.AssertRefusedAsync(
        version, "LK1111", "CREATE TABLE orders (id integer PRIMARY KEY)", Yaml.Of(Yaml.AlterColumn("id", "nullable: true", down: "coalesce(id, 0)")));

    [Theory, EachPostgres]
    public Task A_constraint_that_was_never_validated_is_valid_afterwards(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn("price", "type: bigint", "price", "price::integer"))
        .On(Orders.Setup + "ALTER TABLE orders ADD CONSTRAINT likely CHECK (price > -5) NOT VALID;"));
}
