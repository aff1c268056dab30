using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.Samples.Blocks;
using Lockkeeper.Samples.Shop;
using Lockkeeper.TestKit;

namespace Lockkeeper.BulkWriteTests.Samples;

/// <summary>The samples do what they say, with many workers, without a deadlock.</summary>
public sealed class SampleTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task Blocks_are_imported_by_many_workers(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, BlockImporter.Schema);
        using var importer = new BlockImporter(scene.Source, new BulkWriteOptions { Retries = 0 });

        // Each block comes twice, from two workers.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 80).Select(n => Block(n % 40)),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Scene.Token },
            async (block, token) => await importer.ImportAsync(block, token));

        Assert.Equal("40|800", await scene.RowsAsync("SELECT (SELECT count(*) FROM blocks), (SELECT count(*) FROM transactions)"));
        Assert.Equal("0", await scene.RowsAsync(
            """
            SELECT count(*) FROM addresses a
            WHERE first_seen <> (SELECT min(block) FROM transactions WHERE a.hash IN (sender, receiver))
               OR last_seen <> (SELECT max(block) FROM transactions WHERE a.hash IN (sender, receiver))
               OR last_seen <> (SELECT block FROM balances WHERE address = a.hash)
            """));
        Assert.Equal(0, await scene.DeadlocksAsync());
    }

    [Theory, EachPostgres(CounterKind.Column), EachPostgres(CounterKind.Slots), EachPostgres(CounterKind.Deltas)]
    public async Task Orders_are_taken_at_many_desks(int version, CounterKind sold)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, OrderDesk.Schema
            + "INSERT INTO items SELECT g, 'item ' || g, 1000 FROM generate_series(1, 5) AS g;"
            + string.Join(";", OrderDesk.Sold(sold).Ddl("int")));
        using var desk = new OrderDesk(scene.Source, sold);

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 100),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Scene.Token },
            async (n, token) => await desk.TakeAsync(Order(n), token));

        Assert.Equal(
            await scene.RowsAsync("SELECT item, 1000 - sum(quantity), sum(quantity) FROM order_lines GROUP BY 1 ORDER BY 1"),
            await scene.RowsAsync($"SELECT id, stock, {OrderDesk.Sold(sold).Expression("items")} FROM items ORDER BY id"));
        Assert.Equal(0, await scene.DeadlocksAsync());
    }

    [Theory, EachPostgres]
    public async Task What_is_not_in_stock_is_not_sold(int version)
    {
        await using var scene = await Scene.OpenAsync(
            postgres, version, OrderDesk.Schema + "INSERT INTO items VALUES (1, 'rare', 2)");
        using var desk = new OrderDesk(scene.Source, CounterKind.Column);
        var order = new Order("somebody");
        order.Lines.Add(new OrderLine(order, 1, 3));

        var refused = await Assert.ThrowsAsync<BulkWriteException>(() => desk.TakeAsync(order, Scene.Token));

        Assert.Equal("23514", refused.SqlState);
        Assert.Equal("0|2", await scene.RowsAsync("SELECT (SELECT count(*) FROM orders), stock FROM items"));
    }

    private static Order Order(int n)
    {
        var order = new Order($"customer {n}");
        foreach (var item in Enumerable.Range(0, 3).Select(i => ((n * 3) + (i * 2)) % 5))
        {
            order.Lines.Add(new OrderLine(order, item + 1, 1));
        }

        return order;
    }

    private static Block Block(int number)
    {
        var random = new Random(number);
        var transfers = Enumerable.Range(0, 20).Select(n => new Transfer(
            [(byte)number, (byte)n], number, [(byte)random.Next(30)], [(byte)random.Next(30)], random.Next(1000))).ToList();
        var balances = transfers.SelectMany(x => new[] { x.Sender[0], x.Receiver[0] }).Distinct()
            .Select(address => new Balance([address], number, random.Next(1000))).ToList();
        return new Block(number, [(byte)number], new DateTime(2026, 1, 1, 0, 0, number, DateTimeKind.Utc), transfers, balances);
    }
}
