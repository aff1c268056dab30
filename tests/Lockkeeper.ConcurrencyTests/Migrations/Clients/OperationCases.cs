using Lockkeeper.TestKit.Migrations.Clients;

namespace Lockkeeper.ConcurrencyTests.Migrations.Clients;

/// <summary>Every operation, in each of the ways it can go.</summary>
internal static class OperationCases
{
    private static readonly ClientTable Orders = Tables.OfOrders;
    private static readonly ClientTable Shouted = Orders.With("shout", "'C' || {v}");

    // What the old version writes to customer is what shout is computed from.
    private static readonly ClientTable Shouting =
        new ClientTable("orders").With("customer", "'c' || {v}", "shout").With("price", "{v}::integer");

    private static readonly ClientTable InShops = Orders.With("shop", "({v} % 10)::integer");

    private const string WithShops = Tables.Orders + Tables.Shops + "ALTER TABLE orders ADD shop integer; UPDATE orders SET shop = id % 10;";

    public static ClientCase Add_column_with_up => new(Shouting, Shouted,
        "add_column: {table: orders, up: upper(customer), column: {name: shout, type: text, nullable: true}}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Add_column_not_null_with_up_and_check => new(Shouting, Shouted,
        "add_column: {table: orders, up: upper(customer), column: {name: shout, type: text, check: {name: loud, constraint: shout = upper(shout)}}}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Add_column_unique_with_up => new(Shouting, Shouted,
        "add_column: {table: orders, up: upper(customer), column: {name: shout, type: text, unique: true}}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Add_column_with_a_constant_default => new(Orders, Orders.With("state", "'s' || {v}"),
        "add_column: {table: orders, column: {name: state, type: text, default: \"'new'\"}}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Add_column_with_a_volatile_default => new(Orders, Orders.With("token", "md5({v}::text)::uuid"),
        "add_column: {table: orders, column: {name: token, type: uuid, default: gen_random_uuid()}}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Add_column_that_references => new(
        new ClientTable("orders").With("customer", "'c' || {v}").With("price", "{v}::integer", "shop"),
        Orders.With("shop", "({v} % 10)::integer"),
        "add_column: {table: orders, up: price % 10, column: {name: shop, type: integer, nullable: true, references: {name: in_shop, table: shops, column: id}}}")
    {
        Setup = Tables.Orders + Tables.Shops,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Drop_column => new(Orders, Orders.Without("price"), "drop_column: {table: orders, column: price, down: \"0\"}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Drop_column_not_null_with_down => new(
        Orders, Orders.Without("customer"), "drop_column: {table: orders, column: customer, down: \"'order ' || id\"}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Rename_column => new(
        Orders,
        Orders.Without("price").WithMeaning("price", "cost", "{v}::integer"),
        "rename_column: {table: orders, from: price, to: cost}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Alter_column_to_other_values_of_another_type => new(
        Orders,
        Orders.Without("price").With("price", "({v} * 100)::numeric"),
        "alter_column: {table: orders, column: price, type: numeric, up: \"price::numeric * 100\", down: \"div(price, 100)::integer\"}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Alter_column_all_at_once => new(
        Orders,
        Orders.Without("price").With("price", "'p' || {v}"),
        """
        alter_column: {table: orders, column: price, type: text, nullable: false, default: "'p0'", comment: as text, unique: {name: once}, check: {name: priced, constraint: price LIKE 'p%'}, up: "'p' || price", down: "substr(price, 2)::integer"}
        """)
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Alter_column_to_not_null_in_place => new(
        Orders, Orders, "alter_column: {table: orders, column: price, nullable: false, up: price}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Alter_column_to_nullable_with_down => new(
        Orders,
        Orders.AndRuns("UPDATE orders SET customer = NULL WHERE false"),
        "alter_column: {table: orders, column: customer, nullable: true, up: customer, down: \"coalesce(customer, 'nobody')\"}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Alter_column_type_in_place => new(
        Orders, Orders, "alter_column: {table: orders, column: customer, type: varchar, up: customer, down: customer}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Alter_column_default_and_comment => new(
        Orders, Orders, "alter_column: {table: orders, column: price, default: \"5\", comment: what it costs}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Alter_column_to_reference_other_values => new(
        InShops,
        Orders.With("shop", "({v} % 10 + 10)::integer"),
        "alter_column: {table: orders, column: shop, references: {name: in_shop, table: shops, column: id}, up: shop + 10, down: shop - 10}")
    {
        Setup = WithShops + "INSERT INTO shops SELECT i FROM generate_series(10, 19) i",
    };

    public static ClientCase Create_table => new(
        Orders,
        Orders.AndRuns("INSERT INTO lines (\"order\", note) VALUES ({n}, 'w')", "UPDATE lines SET note = 'u' WHERE id = {n} % 20"),
        "create_table: {name: lines, columns: [{name: id, type: serial, pk: true}, {name: order, type: bigint}, {name: note, type: text, unique: false}]}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Create_table_that_references => new(
        Orders,
        Orders.AndRuns("INSERT INTO lines (shop) VALUES ({n} % 10)"),
        "create_table: {name: lines, columns: [{name: id, type: serial, pk: true}, {name: shop, type: integer, references: {name: in_shop, table: shops, column: id}}]}")
    {
        Setup = Tables.Orders + Tables.Shops,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Drop_table => new(
        Orders.AndRuns("INSERT INTO lines (\"order\") VALUES ({n})", "UPDATE lines SET note = 'u' WHERE id = {n} % 300"),
        Orders,
        "drop_table: {name: lines}")
    {
        Setup = Tables.Orders + Tables.Lines,
    };

    public static ClientCase Rename_table => new(Orders, Orders.Named("purchases"), "rename_table: {from: orders, to: purchases}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Create_index => new(
        Orders, Orders, "create_index: {name: by_price, table: orders, columns: [{column: price, sort: DESC, nulls: LAST}], predicate: price > 5}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Create_index_unique => new(
        Orders, Orders, "create_index: {name: by_price, table: orders, columns: [{column: price}], unique: true}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Drop_index => new(Orders, Orders, "drop_index: {name: orders_customer_idx}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Create_constraint_unique => new(
        Orders, Orders, "create_constraint: {name: once, table: orders, type: unique, columns: [customer, price]}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Create_constraint_check_with_other_values => new(
        Orders,
        Orders.Without("price").With("price", "(-{v} - 1)::integer"),
        "create_constraint: {name: negative, table: orders, type: check, columns: [price], check: price < 0, up: {price: -price - 1}, down: {price: -price - 1}}")
    {
        Setup = Tables.Orders,
    };

    public static ClientCase Create_constraint_foreign_key => new(
        InShops,
        InShops,
        "create_constraint: {name: in_shop, table: orders, type: foreign_key, columns: [shop], references: {table: shops, columns: [id]}}")
    {
        Setup = WithShops,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Create_constraint_primary_key => new(
        Orders with { HasUniqueKey = false },
        Orders,
        "create_constraint: {name: orders_pkey, table: orders, type: primary_key, columns: [id]}")
    {
        Setup = Tables.Orders + "ALTER TABLE orders DROP CONSTRAINT orders_pkey, ALTER id DROP NOT NULL",
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Rename_constraint => new(Orders, Orders, "rename_constraint: {table: orders, from: dear, to: costly}")
    {
        Setup = Tables.Orders + "ALTER TABLE orders ADD CONSTRAINT dear CHECK (price >= 0)",
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Drop_constraint_in_place => new(Orders, Orders, "drop_constraint: {table: orders, name: dear, up: price, down: price}")
    {
        Setup = Tables.Orders + "ALTER TABLE orders ADD CONSTRAINT dear CHECK (price >= 0)",
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Drop_constraint_that_the_new_version_breaks => new(
        Orders,
        Orders.Without("price").With("price", "(-{v} - 1)::integer"),
        "drop_constraint: {table: orders, name: dear, up: -price - 1, down: -price - 1}")
    {
        Setup = Tables.Orders + "ALTER TABLE orders ADD CONSTRAINT dear CHECK (price >= 0)",
    };

    public static ClientCase Drop_multicolumn_constraint_that_the_new_version_breaks => new(
        Orders,
        Orders.Without("price").With("price", "(-{v} - 1)::integer"),
        """
        drop_multicolumn_constraint: {table: orders, name: dear, up: {price: -price - 1}, down: {price: -price - 1, customer: customer}}
        """)
    {
        Setup = Tables.Orders + "ALTER TABLE orders ADD CONSTRAINT dear CHECK (price >= 0 AND customer <> '')",
    };

    public static ClientCase Set_replica_identity => new(
        Orders, Orders, "set_replica_identity: {table: orders, identity: {type: full}}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Sql_at_start => new(
        Orders,
        Orders.With("note", "'n' || {v}"),
        "sql: {up: ALTER TABLE orders ADD note text, down: ALTER TABLE orders DROP note}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Sql_on_completion => new(
        Orders, Orders, "sql: {up: ALTER TABLE orders ADD note text DEFAULT 'n', onComplete: true}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Create_enum => new(
        Orders,
        Orders.With("mood", "(ARRAY['good', 'bad'])[{v} % 2 + 1]::public.mood"),
        "create_enum: {name: mood, values: [good, bad]}",
        "add_column: {table: orders, column: {name: mood, type: mood, nullable: true}}")
    {
        Setup = Tables.Orders,
        OldWritesOutliveCompletion = true,
    };

    public static ClientCase Add_enum_value => new(
        Orders.With("mood", "(ARRAY['good', 'bad'])[{v} % 2 + 1]::public.mood"),
        Orders.With("mood", "(ARRAY['good', 'bad'])[{v} % 2 + 1]::public.mood"),
        "add_enum_value: {type: mood, value: fine, after: good}")
    {
        Setup = Tables.Orders + Moods,
        OldWritesOutliveCompletion = true,
    };

    // The value itself has one name or the other: clients write those that stay.
    public static ClientCase Rename_enum_value => new(
        Orders.With("mood", "(ARRAY['good', 'bad'])[{v} % 2 + 1]::public.mood"),
        Orders.With("mood", "(ARRAY['good', 'bad'])[{v} % 2 + 1]::public.mood"),
        "rename_enum_value: {type: mood, from: none, to: unknown}")
    {
        Setup = Tables.Orders + Moods,
        OldWritesOutliveCompletion = true,
    };

    private const string Moods = """
        CREATE TYPE mood AS ENUM ('good', 'bad', 'none');
        ALTER TABLE orders ADD mood mood DEFAULT 'none';
        UPDATE orders SET mood = (ARRAY['good', 'bad'])[id % 2 + 1]::mood;
        """;
}
