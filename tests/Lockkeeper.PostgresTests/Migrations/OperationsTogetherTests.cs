using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Several operations on one table or one column in one migration, in every order that makes sense.</summary>
public sealed class OperationsTogetherTests(PostgresFixture postgres)
{
    private const string Lines = """
        CREATE TABLE lines (id serial PRIMARY KEY, "order" bigint CONSTRAINT of_order REFERENCES orders (id) ON DELETE SET NULL, note text);
        INSERT INTO lines ("order", note) SELECT 1 + i % 500, 'n' FROM generate_series(1, 300) i;
        """;

    private static readonly string Rename = RenameTableTests.Rename("orders", "purchases");

    private static string Shout(string table) => Yaml.AddColumn("{name: shout, type: text, nullable: true, check: {name: loud, constraint: shout <> 'x'}}", "upper(customer)", table);

    [Theory, EachPostgres]
    public Task Rename_table_then_add_column(int version) => postgres.RunAsync(version, Orders
        .Under(Rename, Shout("purchases"))
        .WithNewWrites([.. RenameTableTests.Writes])
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.purchases WHERE shout IS NULL AND customer NOT LIKE 'w%')"));

    [Theory, EachPostgres]
    public Task Add_column_then_rename_table(int version) => postgres.RunAsync(version, Orders
        .Under(Shout("orders"), Rename)
        .WithNewWrites([.. RenameTableTests.Writes])
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.purchases WHERE shout IS NULL AND customer NOT LIKE 'w%')"));

    [Theory, EachPostgres]
    public Task Rename_table_then_alter_rename_and_drop_columns(int version) => postgres.RunAsync(version, Orders
        .Under(
            Rename,
            Yaml.AlterColumn("price", "type: bigint, nullable: false, default: \"7\"", "coalesce(price, 0)", "price", "purchases"),
            Yaml.RenameColumn("price", "cost", "purchases"),
            Yaml.DropColumn("customer", "'nobody'", "purchases"))
        .WithNewWrites("INSERT INTO purchases (cost) VALUES ({n})", "UPDATE purchases SET cost = {n} WHERE id = {n} % 600 + 1"));

    [Theory, EachPostgres]
    public Task Alter_rename_and_drop_columns_then_rename_table(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AlterColumn("price", "type: bigint, nullable: false, default: \"7\"", "coalesce(price, 0)", "price"),
            Yaml.RenameColumn("price", "cost"),
            Yaml.DropColumn("customer", "'nobody'"),
            Rename)
        .WithNewWrites("INSERT INTO purchases (cost) VALUES ({n})", "UPDATE purchases SET cost = {n} WHERE id = {n} % 600 + 1"));

    [Theory, EachPostgres]
    public Task Create_table_then_rename_it_and_point_at_it(int version) => postgres.RunAsync(version, Orders
        .Under(
            "create_table: {name: shops, columns: [{name: id, type: serial, pk: true}, {name: name, type: text, nullable: true}]}",
            RenameTableTests.Rename("shops", "stores"),
            Yaml.AddColumn("{name: city, type: text, default: \"'here'\"}", table: "stores"),
            Yaml.AddColumn("{name: store, type: integer, nullable: true, references: {name: at, table: stores, column: id}}"),
            CreateIndexTests.Index("columns: [{column: name}, {column: city}], unique: true", table: "stores"))
        .WithNewWrites("INSERT INTO orders (customer) VALUES ('w')", "INSERT INTO stores (city) VALUES ('c{n}')"));

    [Theory, EachPostgres]
    public Task A_foreign_key_points_at_a_table_that_gets_another_name_before_it_or_after_it(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AddColumn("{name: parent, type: bigint, nullable: true, references: {name: under, table: orders, column: id}}"),
            Rename,
            Yaml.AddColumn("{name: again, type: bigint, nullable: true, references: {name: again, table: purchases, column: id}}", table: "lines"),
            Yaml.AlterColumn("order", "type: integer", "\"order\"", "\"order\"", "lines"),
            Yaml.AlterColumn("order", "type: bigint", "\"order\"", "\"order\"", "lines"),
            "create_table: {name: marks, columns: [{name: id, type: bigint, references: {name: of, table: purchases, column: id}}]}",
            Yaml.RenameColumn("id", "number", "purchases"))
        .On(Orders.Setup + Lines)
        .WithNewWrites("INSERT INTO purchases (customer) VALUES ('w')", "INSERT INTO lines (note) VALUES ('w')"));

    [Theory, EachPostgres]
    public Task Create_index_then_alter_its_column(int version) => postgres.RunAsync(version, Orders
        .Under(
            CreateIndexTests.Index("columns: [{column: price, sort: DESC}], predicate: price > 0"),
            Yaml.AlterColumn("price", "type: bigint", "price", "price")));

    [Theory, EachPostgres]
    public Task Alter_a_column_then_create_an_index_on_it(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AlterColumn("price", "type: bigint", "price", "price"),
            CreateIndexTests.Index("columns: [{column: price, sort: DESC}], predicate: price > 0")));

    [Theory, EachPostgres]
    public Task Create_index_then_rename_column_and_table(int version) => postgres.RunAsync(version, Orders
        .Under(
            CreateIndexTests.Index("columns: [{column: price}, {column: customer}]"),
            Yaml.RenameColumn("price", "cost"),
            Rename,
            RenameTableTests.Rename("purchases", "acquisitions"))
        .WithNewWrites("INSERT INTO acquisitions (customer, cost) VALUES ('w', {n})"));

    [Theory, EachPostgres]
    public Task Rename_column_and_table_then_create_index(int version) => postgres.RunAsync(version, Orders
        .Under(
            Rename,
            Yaml.RenameColumn("price", "cost", "purchases"),
            CreateIndexTests.Index("columns: [{column: cost}, {column: customer}]", table: "purchases"))
        .WithNewWrites("INSERT INTO purchases (customer, cost) VALUES ('w', {n})"));

    [Theory, EachPostgres]
    public Task Drop_index_then_alter_its_column(int version) => postgres.RunAsync(version, Orders
        .Under(DropIndexTests.Drop("orders_customer_idx"), Yaml.AlterColumn("customer", "type: varchar(200)", "customer", "customer"))
        .HoldsWhenComplete("to_regclass('orders_customer_idx') IS NULL"));

    [Theory, EachPostgres]
    public Task Alter_a_column_then_drop_its_index(int version) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn("customer", "type: varchar(200)", "customer", "customer"), DropIndexTests.Drop("orders_customer_idx"))
        .HoldsWhenComplete("to_regclass('orders_customer_idx') IS NULL"));

    [Theory, EachPostgres]
    public Task Drop_index_then_its_column_then_rename_the_table(int version) => postgres.RunAsync(version, Orders
        .Under(DropIndexTests.Drop("orders_customer_idx"), Yaml.DropColumn("customer", "'nobody'"), Rename)
        .WithNewWrites("INSERT INTO purchases (price) VALUES ({n})"));

    [Theory, EachPostgres]
    public Task Rename_a_constraint_then_alter_its_column_and_rename_the_table(int version) => postgres.RunAsync(version, Orders
        .Under(
            "rename_constraint: {table: orders, from: dear, to: costly}",
            Yaml.AlterColumn("price", "type: bigint", "price", "price"),
            Rename,
            "rename_constraint: {table: purchases, from: orders_pkey, to: purchases_pkey}",
            "set_replica_identity: {table: purchases, identity: {type: index, index: purchases_pkey}}")
        .On(Orders.Setup + "ALTER TABLE orders ADD CONSTRAINT dear CHECK (price > -1)")
        .WithNewWrites([.. RenameTableTests.Writes])
        .HoldsWhenComplete("(SELECT indisreplident FROM pg_index WHERE indexrelid = 'purchases_pkey'::regclass)"));

    [Theory, EachPostgres]
    public Task Drop_a_table_and_let_others_take_its_place(int version) => postgres.RunAsync(version, Orders
        .Under(
            "drop_table: {name: lines}",
            RenameTableTests.Rename("orders", "lines"),
            Shout("lines"),
            CreateIndexTests.Index("columns: [{column: shout}]", table: "lines"))
        .On(Orders.Setup + Lines)
        .WithOldWrites([.. Orders.Writes, "UPDATE lines SET note = 'u' WHERE id = {n} % 300 + 1"])
        .WithNewWrites("INSERT INTO lines (customer, price) VALUES ('w', {n})", "UPDATE lines SET customer = 'z' WHERE id = {n} % 600 + 1"));

    [Theory, EachPostgres]
    public Task Two_tables_trade_names_and_columns_are_added_to_both(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            RenameTableTests.Rename("a", "c"),
            Yaml.AddColumn("{name: first, type: integer, nullable: false}", "x + 1", "c"),
            RenameTableTests.Rename("b", "a"),
            Yaml.AddColumn("{name: second, type: text, nullable: false}", "y || '!'", "a"),
            RenameTableTests.Rename("c", "b"),
            CreateIndexTests.Index("columns: [{column: first}]", table: "b")))
        .On("CREATE TABLE a (x integer NOT NULL); CREATE TABLE b (y text NOT NULL); INSERT INTO a SELECT generate_series(1, 200); INSERT INTO b VALUES ('b')")
        .WithOldWrites("INSERT INTO a VALUES ({n})", "INSERT INTO b VALUES ('n')", "UPDATE a SET x = {n} WHERE x = {n} % 200")
        .WithNewWrites("INSERT INTO b (x, first) VALUES ({n}, 1)", "INSERT INTO a (y, second) VALUES ('w', 'w!')")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.b WHERE first IS NULL)", "(SELECT count(*) = 0 FROM {new}.a WHERE second IS NULL)"));

    [Theory, EachPostgres]
    public Task An_enum_and_all_that_is_made_of_it(int version) => postgres.RunAsync(version, Orders
        .Under(
            "create_enum: {name: size, values: [small, large]}",
            "add_enum_value: {type: size, value: medium, after: small}",
            Rename,
            Yaml.AddColumn("{name: size, type: size, nullable: false}", "CASE WHEN price > 300 THEN 'large'::size ELSE 'medium' END", "purchases"),
            Yaml.AlterColumn("price", "type: text", "price::text", "price::integer", "purchases"),
            CreateIndexTests.Index("columns: [{column: size}, {expression: \"size = 'medium'\"}]", table: "purchases"))
        .WithNewWrites("INSERT INTO purchases (customer, size) VALUES ('w', 'medium')")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.purchases WHERE size IS NULL)"));
}
