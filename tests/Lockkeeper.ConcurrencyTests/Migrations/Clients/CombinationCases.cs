using Lockkeeper.TestKit.Migrations.Clients;

namespace Lockkeeper.ConcurrencyTests.Migrations.Clients;

/// <summary>Operations that have to do with each other, in every order that makes sense.</summary>
internal static class CombinationCases
{
    private const string Rename = "rename_table: {from: orders, to: purchases}";

    private static readonly ClientTable Orders = Tables.OfOrders;
    private static readonly ClientTable Customers = new ClientTable("orders").With("customer", "'c' || {v}");

    // What the old version writes to customer is what shout is computed from.
    private static readonly ClientTable Shouting = Customers.Without("customer").With("customer", "'c' || {v}", "shout").With("price", "{v}::integer");
    private static readonly ClientTable Shouted = Orders.With("shout", "'C' || {v}");

    public static ClientCase Rename_table_then_add_column => new(
        Shouting, Shouted.Named("purchases"), Rename, Shout("purchases"))
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Add_column_then_rename_table => new(
        Shouting, Shouted.Named("purchases"), Shout("orders"), Rename)
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Rename_table_then_alter_rename_and_drop_columns => new(
        Orders,
        new ClientTable("purchases").WithMeaning("price", "cost", "{v} * 10"),
        Rename,
        Widen("price", "purchases"),
        "rename_column: {table: purchases, from: price, to: cost}",
        "drop_column: {table: purchases, column: customer, down: \"'nobody'\"}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Alter_rename_and_drop_columns_then_rename_table => new(
        Orders,
        new ClientTable("purchases").WithMeaning("price", "cost", "{v} * 10"),
        Widen("price", "orders"),
        "rename_column: {table: orders, from: price, to: cost}",
        "drop_column: {table: orders, column: customer, down: \"'nobody'\"}",
        Rename)
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Create_table_then_rename_it_and_point_at_it => new(
        Orders,
        Orders.AndRuns("INSERT INTO stores (name, city) VALUES (gen_random_uuid(), 'there')"),
        "create_table: {name: shops, columns: [{name: id, type: serial, pk: true}, {name: name, type: text, nullable: true}]}",
        "rename_table: {from: shops, to: stores}",
        "add_column: {table: stores, column: {name: city, type: text, default: \"'here'\"}}",
        "add_column: {table: orders, column: {name: store, type: integer, nullable: true, references: {name: at, table: stores, column: id}}}",
        "create_index: {name: made, table: stores, columns: [{column: name}, {column: city}], unique: true}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase A_table_is_pointed_at_before_and_after_it_gets_another_name => new(
        Orders.AndRuns("INSERT INTO lines (note) VALUES ('o')"),
        Orders.Named("purchases").AndRuns("INSERT INTO lines (note) VALUES ('w')", "INSERT INTO marks (note) VALUES ('w')") with { Key = "number" },
        "add_column: {table: orders, column: {name: parent, type: bigint, nullable: true, references: {name: under, table: orders, column: id}}}",
        Rename,
        "add_column: {table: lines, column: {name: again, type: bigint, nullable: true, references: {name: again, table: purchases, column: id}}}",
        "create_table: {name: marks, columns: [{name: note, type: text}, {name: id, type: bigint, nullable: true, references: {name: of, table: purchases, column: id}}]}",
        "rename_column: {table: purchases, from: id, to: number}")
    {
        Setup = Tables.Orders + Tables.Lines,
    };

    public static ClientCase Create_index_then_alter_its_column => new(
        Orders, Tenfold, "create_index: {name: made, table: orders, columns: [{column: price, sort: DESC}], predicate: price > 0}", Widen("price", "orders"))
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Alter_a_column_then_create_an_index_on_it => new(
        Orders, Tenfold, Widen("price", "orders"), "create_index: {name: made, table: orders, columns: [{column: price, sort: DESC}], unique: true}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Create_index_then_rename_its_column_and_the_table_twice => new(
        Orders,
        Orders.Without("price").WithMeaning("price", "cost", "{v}::integer").Named("acquisitions"),
        "create_index: {name: made, table: orders, columns: [{column: price}, {column: customer}]}",
        "rename_column: {table: orders, from: price, to: cost}",
        Rename,
        "rename_table: {from: purchases, to: acquisitions}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Rename_table_and_column_then_create_index => new(
        Orders,
        Orders.Without("price").WithMeaning("price", "cost", "{v}::integer").Named("purchases"),
        Rename,
        "rename_column: {table: purchases, from: price, to: cost}",
        "create_index: {name: made, table: purchases, columns: [{column: cost}, {column: customer}]}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Drop_index_then_alter_its_column => new(
        Orders, InCapitals, "drop_index: {name: orders_customer_idx}", Shorten("orders"))
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Alter_a_column_then_drop_its_index => new(
        Orders, InCapitals, Shorten("orders"), "drop_index: {name: orders_customer_idx}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Drop_index_then_its_column_then_rename_the_table => new(
        Orders,
        Orders.Without("customer").Named("purchases"),
        "drop_index: {name: orders_customer_idx}",
        "drop_column: {table: orders, column: customer, down: \"'nobody'\"}",
        Rename)
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Rename_constraints_alter_a_column_rename_the_table_and_set_its_replica_identity => new(
        Orders,
        Tenfold.Named("purchases"),
        "rename_constraint: {table: orders, from: dear, to: costly}",
        Widen("price", "orders"),
        Rename,
        "rename_constraint: {table: purchases, from: orders_pkey, to: purchases_pkey}",
        "set_replica_identity: {table: purchases, identity: {type: index, index: purchases_pkey}}")
    {
        Setup = Tables.Orders + "ALTER TABLE orders ADD CONSTRAINT dear CHECK (price > -1)",
    };

    public static ClientCase Drop_a_table_and_let_another_take_its_place => new(
        Shouting.AndRuns("UPDATE lines SET note = 'u' WHERE id = {n} % 300", "INSERT INTO lines (note) VALUES ('o')"),
        Shouted.Named("lines"),
        "drop_table: {name: lines}",
        "rename_table: {from: orders, to: lines}",
        Shout("lines"),
        "create_index: {name: made, table: lines, columns: [{column: shout}]}")
    {
        Setup = Tables.Orders + Tables.Lines,
    };

    public static ClientCase Two_tables_trade_names_and_columns_are_added_to_both => new(
        Shouting.AndRuns("UPDATE lines SET note = 'u' WHERE id = {n} % 300", "INSERT INTO lines (note) VALUES ('o')"),
        Shouted.Named("lines").AndRuns("UPDATE orders SET note = 'u' WHERE id = {n} % 300", "INSERT INTO orders (note, second) VALUES ('o', 'w!')"),
        "rename_table: {from: orders, to: other}",
        Shout("other"),
        "rename_table: {from: lines, to: orders}",
        "add_column: {table: orders, up: \"note || '!'\", column: {name: second, type: text}}",
        "rename_table: {from: other, to: lines}",
        "create_index: {name: made, table: lines, columns: [{column: shout}]}")
    {
        Setup = Tables.Orders + Tables.Lines + "ALTER TABLE lines ALTER note SET NOT NULL",
    };

    public static ClientCase An_enum_and_all_that_is_made_of_it => new(
        Orders.Without("price").With("price", "{v}::integer", "size"),
        Orders.Without("price").With("price", "'p' || {v}").With("size", "(CASE WHEN {v} % 2 = 0 THEN 'large' ELSE 'medium' END)::public.size").Named("purchases"),
        "create_enum: {name: size, values: [small, large]}",
        "add_enum_value: {type: size, value: medium, after: small}",
        Rename,
        "add_column: {table: purchases, up: \"CASE WHEN price % 2 = 0 THEN 'large'::size ELSE 'medium' END\", column: {name: size, type: size}}",
        "alter_column: {table: purchases, column: price, type: text, up: \"'p' || price\", down: \"substr(price, 2)::integer\"}",
        "create_index: {name: made, table: purchases, columns: [{column: size}, {expression: \"size = 'medium'\"}]}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Add_a_column_alter_it_and_rename_it => new(
        Shouting,
        Orders.WithMeaning("shout", "cry", "'C' || {v} || '!'"),
        Shout("orders"),
        "alter_column: {table: orders, column: shout, type: varchar(200), nullable: false, up: \"shout || '!'\", down: \"rtrim(shout, '!')\"}",
        "rename_column: {table: orders, from: shout, to: cry}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Alter_one_column_three_times => new(
        Orders,
        Orders.Without("price").With("price", "('1' || ({v} * 10))::numeric"),
        Widen("price", "orders"),
        "alter_column: {table: orders, column: price, type: text, up: \"'1' || price\", down: \"substr(price, 2)::bigint\"}",
        "alter_column: {table: orders, column: price, type: numeric, comment: thrice, up: price::numeric, down: price::text}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Alter_both_columns_of_a_unique_constraint_and_of_a_check => new(
        Orders,
        Orders.Without("price").Without("customer").With("customer", "'C' || {v}").With("price", "{v} * 10"),
        Widen("price", "orders"),
        "alter_column: {table: orders, column: customer, type: varchar(100), up: upper(customer), down: lower(customer)}")
    {
        Setup = Tables.Orders + """
            ALTER TABLE orders ADD CONSTRAINT once UNIQUE (price, customer), ADD CONSTRAINT said CHECK (customer <> '' AND price >= 0);
            CREATE INDEX both_of_them ON orders (lower(customer), price DESC) WHERE price > 10;
            """,
    };

    public static ClientCase Two_columns_trade_names_and_one_is_altered => new(
        Orders,
        new ClientTable("orders").WithMeaning("customer", "price", "'c' || {v}").WithMeaning("price", "customer", "{v} * 10"),
        "rename_column: {table: orders, from: customer, to: other}",
        "rename_column: {table: orders, from: price, to: customer}",
        "rename_column: {table: orders, from: other, to: price}",
        Widen("customer", "orders"))
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Drop_a_column_and_add_another_of_its_name => new(
        new ClientTable("orders").With("customer", "'c' || {v}", "new price").With("price", "{v}::integer"),
        Customers.WithMeaning("new price", "price", "'for c' || {v}"),
        "drop_column: {table: orders, column: price, down: \"0\"}",
        "add_column: {table: orders, up: \"'for ' || customer\", column: {name: price, type: text}}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Drop_a_constraint_and_create_another_over_a_new_column => new(
        Shouting,
        Shouted.Without("price").With("price", "(-{v} - 1)::integer"),
        "drop_constraint: {table: orders, name: dear, up: -price - 1, down: -price - 1}",
        Shout("orders"),
        "create_constraint: {name: cheap, table: orders, type: check, columns: [price, shout], check: price < 0 AND shout <> ''}",
        "create_constraint: {name: once, table: orders, type: unique, columns: [shout, price]}")
    {
        Setup = Tables.Orders + "ALTER TABLE orders ADD CONSTRAINT dear CHECK (price >= 0)",
    };

    public static ClientCase Columns_are_added_each_computed_from_the_one_before => new(
        new ClientTable("orders").With("customer", "'c' || {v}").With("price", "{v}::integer", "net", "gross", "shown"),
        Orders.With("net", "{v} * 2").With("gross", "{v} * 2 + 1").With("shown", "({v} * 2) || '/' || ({v} * 2 + 1)"),
        "add_column: {table: orders, up: price * 2, column: {name: net, type: bigint, nullable: true}}",
        "add_column: {table: orders, up: net + 1, column: {name: gross, type: bigint, nullable: true}}",
        "add_column: {table: orders, up: \"net || '/' || gross\", column: {name: shown, type: text, nullable: true}}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Everything_on_one_table => new(
        Shouting,
        Shouted.Without("price").WithMeaning("price", "cost", "{v} * 10").Named("purchases"),
        Shout("orders"),
        Widen("price", "orders"),
        "rename_column: {table: orders, from: price, to: cost}",
        "drop_column: {table: orders, column: note}",
        "drop_index: {name: orders_customer_idx}",
        "create_index: {name: by_cost, table: orders, columns: [{column: cost, sort: DESC}, {column: shout}]}",
        "create_constraint: {name: once, table: orders, type: unique, columns: [cost, customer]}",
        "create_constraint: {name: whole, table: orders, type: check, columns: [cost], check: cost % 10 = 0}",
        "rename_constraint: {table: orders, from: said, to: spoken}",
        Rename,
        "set_replica_identity: {table: purchases, identity: {type: full}}",
        "sql: {up: \"COMMENT ON TABLE purchases IS 'done'\", onComplete: true}")
    {
        Setup = Tables.Orders + "ALTER TABLE orders ADD note text, ADD CONSTRAINT said CHECK (customer <> '');",
    };

    private static ClientTable Tenfold => Orders.Without("price").With("price", "{v} * 10");

    private static ClientTable InCapitals => Orders.Without("customer").With("customer", "'C' || {v}");

    private static string Shout(string table) =>
        $"add_column: {{table: {table}, up: upper(customer), column: {{name: shout, type: text, nullable: true, check: {{name: loud, constraint: shout <> 'x'}}}}}}";

    private static string Widen(string column, string table) =>
        $"alter_column: {{table: {table}, column: {column}, type: bigint, nullable: false, up: {column}::bigint * 10, down: \"({column} / 10)::integer\"}}";

    private static string Shorten(string table) =>
        $"alter_column: {{table: {table}, column: customer, type: varchar(200), up: upper(customer), down: lower(customer)}}";
}
