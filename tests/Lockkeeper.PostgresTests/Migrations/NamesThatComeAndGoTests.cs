using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>What is dropped or renamed and what is made under its name, in one migration: the name changes hands in the swap.</summary>
public sealed class NamesThatComeAndGoTests(PostgresFixture postgres)
{
    private const string Constrained = Shops + """
        ALTER TABLE orders ADD CONSTRAINT fit CHECK (price > -1), ADD CONSTRAINT only_one UNIQUE (id, price);
        """;

    private const string Shops = """
        CREATE TABLE shops (id integer PRIMARY KEY, name text NOT NULL UNIQUE);
        INSERT INTO shops SELECT i, 's' || i FROM generate_series(0, 9) i;
        """;

    [Theory, EachPostgres(InTurn = true)]
    public Task A_check_takes_the_name_of_one_that_is_dropped(int version) => postgres.RunAsync(version, Orders
        .Under("drop_constraint: {table: orders, name: fit}", Constraint("fit", "type: check, columns: [price], check: price > -2"))
        .On(Orders.Setup + Constrained)
        .HoldsWhenComplete("(SELECT pg_get_constraintdef(oid) = 'CHECK ((price > ''-2''::integer))' AND convalidated FROM pg_constraint WHERE conname = 'fit')"));

    [Theory, EachPostgres(InTurn = true)]
    public Task A_unique_constraint_takes_the_name_of_one_that_is_dropped(int version) => postgres.RunAsync(version, Orders
        .Under("drop_multicolumn_constraint: {table: orders, name: only_one}", Constraint("only_one", "type: unique, columns: [id, customer]"))
        .On(Orders.Setup + Constrained)
        .HoldsWhenComplete("(SELECT pg_get_constraintdef(oid) = 'UNIQUE (id, customer)' FROM pg_constraint WHERE conname = 'only_one')"));

    [Theory, EachPostgres(InTurn = true)]
    public Task A_foreign_key_takes_the_name_of_one_that_is_dropped_and_a_new_column_that_of_one_that_is_renamed(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            "drop_constraint: {table: lines, name: at_shop}",
            Constraint("at_shop", "type: foreign_key, columns: [shop], references: {table: shops, columns: [id], on_delete: CASCADE}", "lines"),
            "rename_constraint: {table: lines, from: good, to: fine}",
            Yaml.AddColumn("{name: note, type: text, nullable: true, check: {name: good, constraint: note <> 'bad'}}", table: "lines")))
        .On(Shops + "CREATE TABLE lines (id serial PRIMARY KEY, shop integer CONSTRAINT at_shop REFERENCES shops, n integer CONSTRAINT good CHECK (n > -1)); INSERT INTO lines (shop, n) SELECT i % 10, i FROM generate_series(1, 300) i")
        .WithOldWrites("INSERT INTO lines (shop, n) VALUES ({n} % 10, {n})", "UPDATE lines SET n = {n} WHERE id = {n} % 300")
        .WithNewWrites("INSERT INTO lines (shop, n, note) VALUES ({n} % 10, {n}, 'w')")
        .HoldsWhenComplete("(SELECT confdeltype = 'c' FROM pg_constraint WHERE conname = 'at_shop')", "(SELECT count(*) = 2 FROM pg_constraint WHERE conname IN ('good', 'fine'))"));

    [Theory, EachPostgres(InTurn = true)]
    public Task An_index_takes_the_name_of_one_that_is_dropped(int version) => postgres.RunAsync(version, Orders
        .Under(DropIndexTests.Drop("orders_customer_idx"), CreateIndexTests.Index("columns: [{column: customer}, {column: price}]", "orders_customer_idx"))
        .HoldsWhileStarted("(SELECT indnatts = 1 FROM pg_index WHERE indexrelid = 'orders_customer_idx'::regclass)")
        .HoldsWhenComplete("(SELECT indnatts = 2 FROM pg_index WHERE indexrelid = 'orders_customer_idx'::regclass)"));

    [Theory, EachPostgres(InTurn = true)]
    public Task A_constraint_takes_the_name_of_an_index_that_is_dropped(int version) => postgres.RunAsync(version, Orders
        .Under(DropIndexTests.Drop("orders_customer_idx"), Constraint("orders_customer_idx", "type: unique, columns: [customer, id]"))
        .HoldsWhenComplete("(SELECT contype = 'u' FROM pg_constraint WHERE conname = 'orders_customer_idx')"));

    [Theory, EachPostgres(InTurn = true)]
    public Task An_index_takes_the_name_of_a_constraint_that_is_dropped(int version) => postgres.RunAsync(version, Orders
        .Under("drop_multicolumn_constraint: {table: orders, name: only_one}", CreateIndexTests.Index("columns: [{column: price}]", "only_one"))
        .On(Orders.Setup + Constrained)
        .HoldsWhenComplete("(SELECT NOT indisunique FROM pg_index WHERE indexrelid = 'only_one'::regclass)"));

    [Theory, EachPostgres(InTurn = true)]
    public Task A_table_takes_the_name_of_one_that_is_dropped_with_its_keys_and_sequence(int version) => postgres.RunAsync(version, Orders
        .Under(
            "drop_table: {name: lines}",
            "create_table: {name: lines, columns: [{name: id, type: serial, pk: true}, {name: of, type: bigint, nullable: true, unique: true, references: {name: of_order, table: orders, column: id}}], constraints: [{name: said, type: check, check: of > 0}]}",
            Yaml.AddColumn("{name: note, type: text, default: \"'none'\"}", table: "lines"))
        .On(Orders.Setup + "CREATE TABLE lines (id serial PRIMARY KEY, of text UNIQUE, CONSTRAINT said CHECK (of <> '')); INSERT INTO lines (of) SELECT i::text FROM generate_series(1, 200) i")
        .WithOldWrites([.. Orders.Writes, "INSERT INTO lines (of) VALUES ('n{n}') ON CONFLICT DO NOTHING", "UPDATE lines SET id = id WHERE id = {n}"])
        .WithNewWrites("INSERT INTO lines (note) VALUES ('w')", "UPDATE lines SET note = 'x' WHERE id = {n} % 20")
        .HoldsWhenComplete("pg_get_serial_sequence('lines', 'id') = 'public.lines_id_seq'", "(SELECT indisprimary FROM pg_index WHERE indexrelid = 'lines_pkey'::regclass)"));

    [Theory, EachPostgres(InTurn = true)]
    public Task A_table_takes_the_name_of_one_that_gets_another(int version) => postgres.RunAsync(version, Orders
        .Under(
            RenameTableTests.Rename("orders", "old_orders"),
            "create_table: {name: orders, columns: [{name: id, type: bigserial, pk: true}, {name: of, type: bigint, references: {name: f, table: old_orders, column: id}}]}",
            RenameTableTests.Rename("orders", "new_orders"))
        .WithNewWrites("INSERT INTO old_orders (customer) VALUES ('w{n}')", "SELECT count(*) FROM new_orders")
        .HoldsWhenComplete("to_regclass('orders_pkey1') IS NOT NULL", "pg_get_serial_sequence('new_orders', 'id') = 'public.orders_id_seq1'"));

    [Theory, EachPostgres(InTurn = true)]
    public Task An_index_in_partitions_takes_the_name_of_one_that_is_dropped_and_its_parts_the_next_names(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(DropIndexTests.Drop("by_kind"), CreateIndexTests.Index("columns: [{column: kind}, {column: id}]", "by_kind", "events")))
        .On("""
            CREATE TABLE events (id integer NOT NULL, kind text) PARTITION BY RANGE (id);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (500);
            CREATE TABLE events_2 PARTITION OF events DEFAULT;
            CREATE INDEX by_kind ON ONLY events (kind);
            CREATE INDEX by_kind_events_1 ON events_1 (kind); ALTER INDEX by_kind ATTACH PARTITION by_kind_events_1;
            CREATE INDEX by_kind_events_2 ON events_2 (kind); ALTER INDEX by_kind ATTACH PARTITION by_kind_events_2;
            """)
        .WithOldWrites("INSERT INTO events VALUES ({n}, 'n')", "UPDATE events SET kind = 'u' WHERE id = {n}")
        .WithNewWrites("INSERT INTO events VALUES ({n}, 'w')")
        .HoldsWhileStarted("(SELECT indnatts = 1 FROM pg_index WHERE indexrelid = 'by_kind'::regclass)")
        .HoldsWhenComplete(
            "(SELECT indnatts = 2 AND indisvalid FROM pg_index WHERE indexrelid = 'by_kind'::regclass)",
            "(SELECT string_agg(inhrelid::regclass::text, ' ' ORDER BY inhrelid::regclass::text) = 'by_kind_events_1_1 by_kind_events_2_1' FROM pg_inherits WHERE inhparent = 'by_kind'::regclass)"));

    [Theory]
    [EachPostgres("LK1103", "rename_table: {from: shops, to: stores}", "create_table: {name: orders, columns: [{name: id, type: int}]}", InTurn = true)]
    [EachPostgres("LK1112", "drop_constraint: {table: orders, name: fit}", "create_constraint: {table: orders, name: only_one, type: check, check: price > 0}", InTurn = true)]
    [EachPostgres("LK1120", "drop_index: {name: orders_customer_idx}", "rename_constraint: {table: orders, from: only_one, to: orders_customer_idx}", InTurn = true)]
    public Task A_name_that_stays_taken_is_refused(int version, string code, string first, string second) =>
        postgres.AssertRefusedAsync(version, code, Orders.Setup + Constrained, Yaml.Of(first, second));

    private static string Constraint(string name, string fields, string table = "orders") =>
        $"create_constraint: {{name: {name}, table: {table}, {fields}}}";
}
