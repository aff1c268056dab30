using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class AddColumnTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public Task A_column_with_up_is_filled_and_kept_in_step(int version) => postgres.RunAsync(version, Cycle.Of("""
            operations:
              - add_column:
                  table: orders
                  up: upper(customer)
                  column:
                    name: shout
                    type: varchar(100)
                    nullable: false
                    unique: false
                    comment: the customer, loudly
                    check:
                      name: shout_is_loud
                      constraint: shout = upper(shout)
            """)
        .On(Orders.Setup)
        .WithOldWrites(Orders.Writes)
        .WithNewWrites(
            "INSERT INTO orders (customer, price, shout) VALUES ('w{n}', {n}, 'W{n}')",
            "UPDATE orders SET shout = 'S{n}' WHERE id = {n} % 600 + 1",
            "DELETE FROM orders WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE shout IS NULL)")
        .HoldsWhenComplete("(SELECT col_description('orders'::regclass, attnum) = 'the customer, loudly' FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'shout')"));

    [Theory, EachPostgres]
    public Task A_nullable_column_without_up_stays_null(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: note, type: text, nullable: true}"))
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE note IS NOT NULL)"));

    [Theory, EachPostgres]
    public Task A_constant_default_is_there_for_every_row_without_a_backfill(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: state, type: text, nullable: false, default: \"'new'\"}"))
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE state <> 'new')", "NOT EXISTS (SELECT FROM lockkeeper.backfills)")
        .HoldsWhenComplete("(SELECT attnotnull FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'state')"));

    [Theory]
    [EachPostgres("'fresh'")]
    [EachPostgres("(random() * 0)::integer || 'fresh'")]
    public async Task A_default_with_up_gives_old_rows_up_and_new_rows_the_default(int version, string expression)
    {
        await using var both = await postgres.StartAsync(version, Orders.Setup, Yaml.Of(
            Yaml.AddColumn($"{{name: state, type: text, nullable: false, default: {Yaml.Quoted(expression)}}}", "'old ' || customer")));
        await both.NewAsync("INSERT INTO orders (id, customer) VALUES (1000, 'n')");
        await both.OldAsync("INSERT INTO orders (id, customer) VALUES (1001, 'o')");

        Assert.EndsWith("fresh", await both.NewReadsAsync("state FROM orders WHERE id = 1000"), StringComparison.Ordinal);
        Assert.Equal("old o", await both.NewReadsAsync("state FROM orders WHERE id = 1001"));
        Assert.Equal("old c7", await both.NewReadsAsync("state FROM orders WHERE id = 7"));
    }

    [Theory, EachPostgres]
    public Task A_volatile_default_gives_each_row_a_value_of_its_own(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: token, type: uuid, nullable: false, default: gen_random_uuid()}"))
        .HoldsWhileStarted("(SELECT count(DISTINCT token) = count(*) FROM {new}.orders)")
        .HoldsWhenComplete("(SELECT count(DISTINCT token) = count(*) FROM orders)"));

    [Theory, EachPostgres]
    public Task A_volatile_default_with_up_gives_old_rows_up(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: token, type: text, nullable: false, default: gen_random_uuid()::text}", "'t-' || customer"))
        .WithNewWrites("UPDATE orders SET customer = 'w{n}' WHERE id = {n} % 600 + 1", "INSERT INTO orders (customer) VALUES ('own')")
        .HoldsWhileStarted(
            "(SELECT count(*) = 0 FROM {new}.orders WHERE token IS NULL)"));

    [Theory, EachPostgres]
    public Task A_default_of_now_is_the_same_for_all_old_rows(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: made_at, type: timestamptz, nullable: false, default: now()}"))
        .HoldsWhileStarted(
            "NOT EXISTS (SELECT FROM lockkeeper.backfills)",
            "(SELECT count(DISTINCT made_at) <= 1 FROM {new}.orders WHERE customer LIKE 'c%')")
        .HoldsWhenComplete("(SELECT pg_get_expr(adbin, adrelid) = 'now()' FROM pg_attrdef WHERE adrelid = 'orders'::regclass AND adnum = (SELECT max(attnum) FROM pg_attribute WHERE attrelid = 'orders'::regclass))"));

    [Theory]
    [EachPostgres("serial", "integer")]
    [EachPostgres("bigserial", "bigint")]
    public Task A_serial_column_numbers_old_and_new_rows_without_a_rewrite(int version, string type, string stored) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn($"{{name: number, type: {type}}}"))
        .HoldsWhileStarted("(SELECT count(DISTINCT number) = count(*) AND count(number) = count(*) FROM {new}.orders)")
        .HoldsWhenComplete(
            "pg_get_serial_sequence('orders', 'number') LIKE '%.orders_number_seq'",
            $"(SELECT atttypid = '{stored}'::regtype AND attnotnull FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'number')",
            "nextval('orders_number_seq') > (SELECT max(number) FROM orders)"));

    [Theory]
    [EachPostgres("{}", "a", "1")]
    [EachPostgres("{user_specified_values: BY DEFAULT, sequence_options: START WITH -5 INCREMENT BY -5 MINVALUE -100000}", "d", "-5")]
    public Task An_identity_column_numbers_old_and_new_rows_without_a_rewrite_also_where_the_name_of_its_sequence_is_taken(
        int version, string identity, string kind, string step) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn($"{{name: number, type: integer, unique: true, generated: {{identity: {identity}}}}}"))
        .On(Orders.Setup + "CREATE SEQUENCE orders_number_seq; CREATE TABLE orders_number_seq1 (n int CONSTRAINT orders_number_key CHECK (n > 0));")
        .HoldsWhileStarted($"(SELECT count(DISTINCT number) = count(*) AND count(number) = count(*) AND bool_and(number % {step} = 0 AND number / {step} > 0) FROM {{new}}.orders)")
        .HoldsWhenComplete(
            "pg_get_serial_sequence('orders', 'number') = 'public.orders_number_seq2'",
            $"(SELECT attidentity = '{kind}' AND attnotnull AND NOT atthasdef FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'number')",
            "(SELECT contype = 'u' FROM pg_constraint WHERE conname = 'orders_number_key1' AND conrelid = 'orders'::regclass)",
            $"nextval('orders_number_seq2') / {step} > (SELECT max(number / {step}) FROM orders)"));

    [Theory, EachPostgres]
    public Task A_unique_column_gets_its_index_after_the_backfill(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: code, type: text, nullable: false, unique: true}", "customer || '/' || id"))
        .WithNewWrites("INSERT INTO orders (customer, code) VALUES ('w', gen_random_uuid()::text)", "UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1")
        .HoldsWhenComplete("(SELECT contype = 'u' FROM pg_constraint WHERE conname = 'orders_code_key' AND conrelid = 'orders'::regclass)"));

    [Theory, EachPostgres]
    public Task A_check_that_names_other_columns_is_carried_by_the_server_and_not_by_replacing_text(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            Yaml.AddColumn(
                "{name: id, type: integer, nullable: false, check: {name: id_ok, constraint: \"valid_id > id AND kind <> 'id' AND kind <> '\\\"id\\\" id'\"}}",
                "valid_id - 1",
                "things")))
        .On("CREATE TABLE things (valid_id integer NOT NULL, kind text NOT NULL); INSERT INTO things SELECT i, 'k' FROM generate_series(1, 500) i")
        .WithOldWrites("INSERT INTO things VALUES ({n}, 'n')", "UPDATE things SET valid_id = {n} WHERE valid_id = {n} % 500")
        .WithNewWrites("INSERT INTO things (valid_id, kind, id) VALUES ({n}, 'n', 0)", "UPDATE things SET id = 0 WHERE valid_id = {n} % 500")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.things WHERE id >= valid_id)")
        .HoldsWhenComplete("(SELECT pg_get_constraintdef(oid) = $$CHECK (((valid_id > id) AND (kind <> 'id'::text) AND (kind <> '\"id\" id'::text)))$$ FROM pg_constraint WHERE conname = 'id_ok')"));

    [Theory]
    [EachPostgres("on_delete: CASCADE", "c")]
    [EachPostgres("on_delete: SET NULL", "n")]
    [EachPostgres("on_update: CASCADE, on_delete: RESTRICT, match_type: FULL", "r")]
    [EachPostgres("deferrable: true, initially_deferred: true", "a")]
    public Task A_reference_is_checked_for_new_writes_at_once_and_for_old_rows_on_completion(int version, string fields, string onDelete) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn(
            $"{{name: shop, type: integer, nullable: true, references: {{name: orders_shop_fk, table: shops, column: id, {fields}}}}}", "1 + id % 3"))
        .On(Orders.Setup + "CREATE TABLE shops (id integer PRIMARY KEY); INSERT INTO shops SELECT generate_series(1, 3);")
        .WithNewWrites(
            "INSERT INTO orders (customer, shop) VALUES ('w', 1 + {n} % 3)",
            "UPDATE orders SET shop = 2 WHERE id = {n} % 600 + 1",
            "UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1")
        .HoldsWhenComplete(
            $"(SELECT confdeltype = '{onDelete}' AND convalidated FROM pg_constraint WHERE conname = 'orders_shop_fk')",
            "(SELECT condeferrable = condeferred FROM pg_constraint WHERE conname = 'orders_shop_fk')"));

    [Theory, EachPostgres]
    public Task A_reference_to_the_table_itself(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: parent, type: bigint, nullable: true, references: {name: orders_parent_fk, table: orders, column: id, on_delete: SET NULL}}"))
        .WithNewWrites(
            "INSERT INTO orders (customer, parent) SELECT 'w', id FROM orders WHERE id > {n} % 600 LIMIT 1 FOR KEY SHARE",
            "UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1"));

    [Theory, EachPostgres]
    public Task A_column_of_an_enum_type(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: mood, type: mood, nullable: false, default: \"'fine'\"}", "CASE WHEN price > 300 THEN 'grand'::mood ELSE 'fine' END"))
        .On(Orders.Setup + "CREATE TYPE mood AS ENUM ('fine', 'grand');")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE mood IS NULL)"));

    [Theory, EachPostgres]
    public Task A_column_of_a_domain_without_constraints(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: label, type: label, nullable: false}", "customer"))
        .On(Orders.Setup + "CREATE DOMAIN label AS text;")
        .WithNewWrites("INSERT INTO orders (customer, label) VALUES ('w', 'l')", "UPDATE orders SET label = 'm' WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE label IS NULL)"));

    [Theory]
    [EachPostgres("integer[]", "ARRAY[price, price + 1]", "'{{1}}'")]
    [EachPostgres("json", "json_build_object('c', customer)", "'{{}}'")]
    [EachPostgres("jsonb", "jsonb_build_object('c', customer)", "'[]'")]
    [EachPostgres("point", "point(price, id)", "'(1,2)'")]
    [EachPostgres("numeric(12,2)", "price / 3.0", "1.25")]
    [EachPostgres("timestamp(0) with time zone", "to_timestamp(id)", "now()")]
    [EachPostgres("character(8)", "left(customer, 8)", "'abc'")]
    [EachPostgres("bit(4)", "(id % 16)::integer::bit(4)", "B'0101'")]
    [EachPostgres("tstzrange", "tstzrange(to_timestamp(id), NULL)", "'empty'")]
    public Task A_column_of_any_type(int version, string type, string up, string value) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn($"{{name: extra, type: \"{type}\", nullable: true}}", up))
        .WithNewWrites(
            $"INSERT INTO orders (customer, extra) VALUES ('w', {value.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal)})",
            "UPDATE orders SET extra = NULL WHERE id = {n} % 600 + 1",
            "UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1"));

    [Theory]
    [EachPostgres("SELECT CASE WHEN price > 300 THEN 'dear' ELSE 'cheap' END")]
    [EachPostgres("(SELECT CASE WHEN price > 300 THEN 'dear' ELSE 'cheap' END)")]
    [EachPostgres("CASE WHEN orders.price > 300 THEN 'dear' ELSE 'cheap' END -- as the shop says")]
    [EachPostgres("SELECT label FROM labels WHERE labels.above <= coalesce(price, 0) ORDER BY above DESC LIMIT 1")]
    [EachPostgres("label_of(price)")]
    public Task Up_is_any_scalar_expression_or_select(int version, string up) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: class, type: text, nullable: true}", up))
        .On(Orders.Setup + """
            CREATE TABLE labels (above integer, label text);
            INSERT INTO labels VALUES (-1, 'cheap'), (301, 'dear');
            CREATE FUNCTION label_of(p integer) RETURNS text LANGUAGE sql STABLE AS $$ SELECT CASE WHEN p > 300 THEN 'dear' ELSE 'cheap' END $$;
            """)
        .WithNewWrites("UPDATE orders SET customer = 'w{n}' WHERE id = {n} % 600 + 1", "DELETE FROM orders WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE class IS DISTINCT FROM CASE WHEN price > 300 THEN 'dear' ELSE 'cheap' END)"));

    [Theory, EachPostgres]
    public Task Up_may_yield_null(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AddColumn("{name: note, type: text, nullable: true}", "nullif(customer, customer)"))
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE note IS NOT NULL)"));

    [Theory, EachPostgres]
    public Task A_later_column_is_computed_from_an_earlier_one_of_the_same_migration(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AddColumn("{name: net, type: integer, nullable: true}", "price * 2"),
            Yaml.AddColumn("{name: gross, type: integer, nullable: true}", "net + 1"),
            Yaml.AddColumn("{name: shown, type: text, nullable: true}", "net || '/' || gross"))
        .WithNewWrites("UPDATE orders SET customer = 'w{n}' WHERE id = {n} % 600 + 1", "DELETE FROM orders WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE (net, gross, shown) IS DISTINCT FROM (price * 2, price * 2 + 1, (price * 2) || '/' || (price * 2 + 1)))"));

    [Theory, EachPostgres]
    public Task A_dropped_column_is_replaced_by_another_of_its_name(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.DropColumn("price", "length(customer)"),
            Yaml.AddColumn("{name: price, type: text, nullable: true}", "'for ' || customer"))
        .WithNewWrites("INSERT INTO orders (customer, price) VALUES ('w', 'nothing')", "UPDATE orders SET customer = 'wow' WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE price IS NULL)")
        .HoldsWhenComplete("(SELECT array_agg(attname::text ORDER BY attnum) = '{id,customer,price}' FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped)"));

    [Theory, EachPostgres]
    public Task A_renamed_column_leaves_its_name_to_a_new_one(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.RenameColumn("customer", "client"),
            Yaml.AddColumn("{name: customer, type: integer, nullable: true, check: {name: fine, constraint: customer <> length(client) + 1000}}", "length(client)"))
        .WithNewWrites(
            "INSERT INTO orders (client, customer) VALUES ('w', 1)",
            "UPDATE orders SET customer = 7 WHERE id = {n} % 600 + 1",
            "UPDATE orders SET client = 'z' WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE customer IS NULL)"));

    [Theory, EachPostgres]
    public Task An_added_column_is_renamed_in_the_same_migration(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AddColumn("{name: draft, type: text, nullable: false, unique: true, check: {name: said, constraint: draft <> ''}}", "customer || id"),
            Yaml.RenameColumn("draft", "final"))
        .WithNewWrites("INSERT INTO orders (customer, final) VALUES ('w', gen_random_uuid()::text)", "UPDATE orders SET price = 1 WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.orders WHERE final IS NULL)"));

    [Theory]
    [EachPostgres("LK1101", "nothing", "{name: a, type: text, nullable: true}", null)]
    [EachPostgres("LK1104", "orders", "{name: price, type: text, nullable: true}", null)]
    [EachPostgres("LK1105", "orders", "{name: a, type: text, nullable: true}", "nobody || 'x'")]
    [EachPostgres("LK1105", "orders", "{name: a, type: text, nullable: true}", "'a'); DROP TABLE orders; --")]
    [EachPostgres("LK1105", "orders", "{name: a, type: text, nullable: true, check: {name: c, constraint: b > 0}}", null)]
    [EachPostgres("LK1106", "orders", "{name: a, type: txet, nullable: true}", null)]
    [EachPostgres("LK1106", "orders", "{name: a, type: integer, default: none}", null)]
    [EachPostgres("LK1108", "orders", "{name: a, type: text}", null)]
    [EachPostgres("LK1111", "orders", "{name: a, type: text, pk: true}", "customer")]
    [EachPostgres("LK1111", "orders", "{name: a, type: text, generated: {identity: {}}}", null)]
    [EachPostgres("LK1111", "orders", "{name: a, type: integer, generated: {identity: {sequence_options: SEQUENCE NAME s}}}", null)]
    [EachPostgres("LK1111", "orders", "{name: a, type: serial, default: \"1\"}", null)]
    [EachPostgres("LK1111", "orders", "{name: a, type: positive, nullable: true}", "1")]
    [EachPostgres("LK1112", "orders", "{name: a, type: text, nullable: true, check: {name: orders_pkey, constraint: a <> ''}}", null)]
    [EachPostgres("LK1115", "orders", "{name: a, type: text, nullable: true}", "twice::text")]
    [EachPostgres("LK1117", "orders", "{name: a, type: text, nullable: true, references: {name: f, table: orders, column: customer}}", null)]
    [EachPostgres("LK1101", "orders_1", "{name: a, type: text, nullable: true}", null)]
    [EachPostgres("LK1111", "kids", "{name: a, type: text, nullable: true}", null)]
    public Task What_cannot_be_added_is_refused(int version, string code, string table, string column, string? up) =>
        postgres.AssertRefusedAsync(
            version,
            code,
            Orders.Setup + """
                CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
                ALTER TABLE orders ADD twice integer GENERATED ALWAYS AS (price * 2) STORED;
                CREATE TABLE parents (id integer);
                CREATE TABLE kids () INHERITS (parents);
                CREATE TABLE parted (id integer) PARTITION BY RANGE (id);
                CREATE TABLE orders_1 PARTITION OF parted DEFAULT;
                """,
            Yaml.Of(Yaml.AddColumn(column, up, table)));
}
