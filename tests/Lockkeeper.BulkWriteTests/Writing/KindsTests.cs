using Lockkeeper.BulkWrite;
using Lockkeeper.TestKit;
using static Lockkeeper.BulkWriteTests.Shop;

namespace Lockkeeper.BulkWriteTests.Writing;

/// <summary>Each kind of change does what it says and counts what it did, whichever way its rows went.</summary>
public sealed class KindsTests(PostgresFixture postgres)
{
    // As arrays; through COPY; and with more rows than are held in memory.
    private static BulkWriteOptions Way(string way) => way switch
    {
        "arrays" => new BulkWriteOptions(),
        "staged" => new BulkWriteOptions { StageFromRows = 1 },
        _ => new BulkWriteOptions { BufferRows = 1 },
    };

    [Theory, EachPostgres("arrays"), EachPostgres("staged"), EachPostgres("streamed")]
    public async Task Insert(int version, string way)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(Way(way), Customers, Orders);

        var report = await writer.WriteAsync(new UnitOfWork()
            .Insert(Orders, [new(3, 1), new(2, 2), new(1, 2)])
            .Insert(Customers, [new(2, "b", 5), new(1)]), Scene.Token);

        Assert.Equal([3, 2], report.Changes.Select(change => change.Inserted));
        Assert.Equal("1|a|0\n2|b|5", await scene.RowsAsync("SELECT * FROM customers ORDER BY id"));
        Assert.Equal("1|2\n2|2\n3|1", await scene.RowsAsync("SELECT id, customer_id FROM orders ORDER BY id"));
    }

    [Theory, EachPostgres("arrays"), EachPostgres("staged"), EachPostgres("streamed")]
    public async Task Insert_or_ignore(int version, string way)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + "INSERT INTO customers VALUES (2, 'there', 7)");
        using var writer = scene.Writer(Way(way), Customers);

        var report = await writer.WriteAsync(new UnitOfWork().InsertOrIgnore(Customers, [new(3), new(2), new(1)]), Scene.Token);

        Assert.Equal((2, 1), (report.Inserted, report.Skipped));
        Assert.Equal("1|a|0\n2|there|7\n3|a|0", await scene.RowsAsync("SELECT * FROM customers ORDER BY id"));
    }

    [Theory, EachPostgres("arrays"), EachPostgres("staged"), EachPostgres("streamed")]
    public async Task Upsert(int version, string way)
    {
        await using var scene = await Scene.OpenAsync(
            postgres, version, Sql + "INSERT INTO customers VALUES (2, 'there', 7), (3, 'same', 1)");
        using var writer = scene.Writer(Way(way), Customers);
        var place = await scene.ScalarAsync<string>("SELECT ctid::text FROM customers WHERE id = 3");

        var report = await writer.WriteAsync(
            new UnitOfWork().Upsert(Customers, [new(3, "same"), new(2, "changed", 2), new(1)]), Scene.Token);

        Assert.Equal((1, 1, 1), (report.Inserted, report.Updated, report.Unchanged));
        Assert.Equal("1|a|0\n2|changed|9\n3|same|1", await scene.RowsAsync("SELECT * FROM customers ORDER BY id"));
        Assert.Equal(place, await scene.ScalarAsync<string>("SELECT ctid::text FROM customers WHERE id = 3"));
    }

    [Theory, EachPostgres("arrays"), EachPostgres("staged"), EachPostgres("streamed")]
    public async Task Update(int version, string way)
    {
        await using var scene = await Scene.OpenAsync(
            postgres, version, Sql + "INSERT INTO customers VALUES (2, 'there', 7), (3, 'same', 1)");
        using var writer = scene.Writer(Way(way), Customers);

        var report = await writer.WriteAsync(
            new UnitOfWork().Update(Customers, [new(3, "same"), new(2, "changed", 2), new(1)]), Scene.Token);

        Assert.Equal((1, 1, 1), (report.Updated, report.Unchanged, report.NotFound));
        Assert.Equal("2|changed|9\n3|same|1", await scene.RowsAsync("SELECT * FROM customers ORDER BY id"));
    }

    [Theory, EachPostgres("arrays"), EachPostgres("staged"), EachPostgres("streamed")]
    public async Task Delete(int version, string way)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + """
            INSERT INTO customers SELECT g, 'x', 0 FROM generate_series(1, 4) AS g;
            INSERT INTO orders SELECT g, g, 'old' FROM generate_series(1, 4) AS g;
            INSERT INTO lines SELECT g, n, 'y' FROM generate_series(1, 4) AS g, generate_series(1, 3) AS n;
            """);
        using var writer = scene.Writer(Way(way), Customers, Orders, Lines);

        var report = await writer.WriteAsync(new UnitOfWork()
            .Delete(Customers, [new(2), new(9), new(1)])
            .Delete(Orders, [new(1, 0), new(2, 0)]), Scene.Token);

        Assert.Equal((4, 1), (report.Deleted, report.NotFound));
        Assert.Equal("3\n4", await scene.RowsAsync("SELECT id FROM customers ORDER BY id"));
        Assert.Equal("3\n4", await scene.RowsAsync("SELECT DISTINCT order_id FROM lines ORDER BY 1"));
    }

    [Theory, EachPostgres("arrays"), EachPostgres("staged"), EachPostgres("streamed")]
    public async Task All_kinds_together(int version, string way)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + """
            INSERT INTO customers SELECT g, 'x', 0 FROM generate_series(1, 4) AS g;
            INSERT INTO orders SELECT g, g, 'old' FROM generate_series(1, 4) AS g;
            """);
        using var writer = scene.Writer(Way(way), Customers, Orders, Lines);

        var report = await writer.WriteAsync(new UnitOfWork()
            .Upsert(Customers, [new(5, "new"), new(1, "y")])
            .Update(Customers, [new(2, "z"), new(3, "z")])
            .Delete(Orders, [new(4, 0), new(3, 0)])
            .Insert(Orders, [new(6, 5), new(5, 1)])
            .Insert(Lines, [new(6, 2), new(6, 1), new(1, 1)]), Scene.Token);

        Assert.Equal((1 + 2 + 3, 1 + 2, 2), (report.Inserted, report.Updated, report.Deleted));
        Assert.Equal("1|y\n2|z\n3|z\n4|x\n5|new", await scene.RowsAsync("SELECT id, name FROM customers ORDER BY id"));
        Assert.Equal("1\n2\n5\n6", await scene.RowsAsync("SELECT id FROM orders ORDER BY id"));
        Assert.Equal("1|1\n6|1\n6|2", await scene.RowsAsync("SELECT order_id, number FROM lines ORDER BY 1, 2"));
    }

    [Theory, EachPostgres]
    public async Task Lock_holds_rows_until_the_transaction_ends(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + "INSERT INTO customers VALUES (1, 'x'), (2, 'x')");
        using var writer = scene.Writer(Customers);
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using var transaction = await connection.BeginTransactionAsync(Scene.Token);
        await using var other = await scene.Database.OpenSessionAsync(Scene.Token);

        var report = await writer.WriteAsync(new UnitOfWork().Lock(Customers, [new(2), new(7)]), transaction, Scene.Token);
        var waiting = await other.ExecuteUntilBlockedAsync("UPDATE customers SET name = 'y' WHERE id = 2", connection.ProcessID, Scene.Token);
        await transaction.CommitAsync(Scene.Token);

        Assert.Equal(1, await waiting.EndAsync(Scene.Token));
        Assert.Equal((1, 1), (report.Changes[0].Locked, report.NotFound));
    }
}
