using Lockkeeper.BulkWrite.Mapping;

namespace Lockkeeper.BulkWriteTests;

/// <summary>Customers, their orders and the orders' lines: two foreign keys, one of which cascades.</summary>
internal static class Shop
{
    public const string Sql = """
        CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, visits int NOT NULL DEFAULT 0);
        CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, status text NOT NULL, line_count bigint NOT NULL DEFAULT 0);
        CREATE TABLE lines (order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE, number int NOT NULL, item varchar(10) NOT NULL,
                            PRIMARY KEY (order_id, number));
        """;

    public static TableMap<Customer> Customers { get; } = TableMap.Of<Customer>("public", "customers", t => t
        .Key(c => c.Id).Column(c => c.Name).Column(c => c.Visits, merge: Merge.Add));

    public static TableMap<Order> Orders { get; } = TableMap.Of<Order>("public", "orders", t => t
        .Key(o => o.Id).Column(o => o.CustomerId).Column(o => o.Status));

    public static TableMap<Line> Lines { get; } = TableMap.Of<Line>("public", "lines", t => t
        .Key(l => l.OrderId).Key(l => l.Number).Column(l => l.Item));

    public sealed record Customer(long Id, string? Name = "a", int Visits = 0);

    public sealed record Order(long Id, long CustomerId, string Status = "new");

    public sealed record Line(long OrderId, int Number, string Item = "pen");
}
