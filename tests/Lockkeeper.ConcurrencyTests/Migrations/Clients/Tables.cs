using Lockkeeper.TestKit.Migrations.Clients;

namespace Lockkeeper.ConcurrencyTests.Migrations.Clients;

/// <summary>What the cases begin with.</summary>
internal static class Tables
{
    public const string Orders = """
        CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, price integer DEFAULT 1);
        INSERT INTO orders SELECT i, 'c' || i, i FROM generate_series(0, 299) i;
        CREATE INDEX orders_customer_idx ON orders (customer);

        """;

    public const string Shops = """
        CREATE TABLE shops (id integer PRIMARY KEY, city text);
        INSERT INTO shops SELECT i, 'x' FROM generate_series(0, 9) i;

        """;

    public const string Lines = """
        CREATE TABLE lines (id serial PRIMARY KEY, "order" bigint, note text);
        INSERT INTO lines ("order", note) SELECT i, 'n' FROM generate_series(1, 300) i;

        """;

    public static ClientTable OfOrders { get; } = new ClientTable("orders").With("customer", "'c' || {v}").With("price", "{v}::integer");
}
