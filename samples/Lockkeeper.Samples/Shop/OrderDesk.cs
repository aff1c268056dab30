using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;
using Npgsql;

namespace Lockkeeper.Samples.Shop;

/// <summary>Takes orders at many desks. The stock of an item and the number of its sales are counters that every order changes.</summary>
public sealed class OrderDesk : IDisposable
{
    public const string Schema = """
        CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL, stock bigint NOT NULL CHECK (stock >= 0), sold bigint NOT NULL DEFAULT 0);
        CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL);
        CREATE TABLE order_lines (
            order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE, item int NOT NULL REFERENCES items, quantity int NOT NULL,
            PRIMARY KEY (order_id, item));
        """;

    private static readonly TableMap<Order> Orders = TableMap.Of<Order>("public", "orders", t => t
        .DrawnKey(o => o.Id, (o, id) => o.Id = id).Column(o => o.Customer));

    private static readonly TableMap<OrderLine> Lines = TableMap.Of<OrderLine>("public", "order_lines", t => t
        .Key(l => l.Order.Id, "order_id").Key(l => l.Item).Column(l => l.Quantity)
        .MergeDuplicates((x, y) => y with { Quantity = x.Quantity + y.Quantity }));

    private readonly BulkWriter _writer;
    private readonly Counter<int> _stock;
    private readonly Counter<int> _sold;

    /// <param name="database">Where the shop is.</param>
    /// <param name="soldAs">How sales are counted: nothing else changes with it.</param>
    public OrderDesk(NpgsqlDataSource database, CounterKind soldAs)
    {
        // What may not fall below zero is a column: only there can a check constraint see it.
        _stock = new Counter<int>("public", "items", "id", "stock");
        _sold = Sold(soldAs);
        _writer = new BulkWriter(database, new BulkWriteTables(Orders, Lines).With(_stock, _sold));
    }

    public static Counter<int> Sold(CounterKind kind) => new("public", "items", "id", "sold", kind);

    public async Task<long> TakeAsync(Order order, CancellationToken cancellationToken)
    {
        var unit = new UnitOfWork().Insert(Orders, [order]).Insert(Lines, order.Lines);
        foreach (var line in order.Lines)
        {
            unit.Count(_stock, line.Item, -line.Quantity).Count(_sold, line.Item, line.Quantity);
        }

        await _writer.WriteAsync(unit, cancellationToken);
        return order.Id;
    }

    public void Dispose() => _writer.Dispose();
}
