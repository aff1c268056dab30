namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>A table that many tests start from, and changes of it.</summary>
internal static class Table
{
    public const string Orders = """
        CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL, price integer NOT NULL, pad text);
        CREATE INDEX orders_price_idx ON orders (price);
        INSERT INTO orders (customer, price, pad) SELECT 'c' || i, i, repeat('x', 60) FROM generate_series(1, 20000) i;
        """;

    /// <summary>A copy with an index to build again, and a column to fill.</summary>
    public const string Change = """
        operations:
          - alter_column: { table: orders, column: price, type: bigint, up: price * 100, down: price / 100 }
          - add_column: { table: orders, up: upper(customer), column: { name: shout, type: text, nullable: false } }
        """;

    /// <summary>Rows that differ between what the two versions should see.</summary>
    public const string Wrong = """
        orders o FULL JOIN public_02_change.orders n USING (id)
        WHERE n.price / 100 IS DISTINCT FROM o.price OR upper(o.customer) IS DISTINCT FROM n.shout
        """;
}
