using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>Clients of the old and the new version that write all the while: it ends, nothing is lost, nothing overwritten.</summary>
public sealed class TrafficTests(PostgresFixture postgres)
{
    private const int Rows = 60_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres(InTurn = true)]
    public async Task It_ends_in_an_insert_storm(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var storm = Enumerable.Range(1, 2).Select(k => RepeatAsync(
            scene,
            "",
            i => $"INSERT INTO orders (id, name) SELECT {k}00000000 + {i}000 + g, 'new ' || g FROM generate_series(1, 500) AS g",
            stop.Token)).ToArray();
        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        await stop.CancelAsync();
        var statements = await Task.WhenAll(storm);

        Assert.All(statements, count => Assert.True(count > 0, "A client came too late."));
        Assert.Equal(Rows, report.Rows);
        Assert.Equal(Rows + (statements.Sum() * 500L), await scene.CountAsync("orders", "true", Cancellation));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Updates_and_deletes_of_old_clients_are_carried_over(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var renames = RepeatAsync(
            scene, "", i => $"UPDATE orders SET name = 'again {i}', n = n + 1 WHERE id = {(i * 7919L % Rows) + 1} AND id % 5 <> 0", stop.Token);
        var counts = RepeatAsync(
            scene, "", i => $"UPDATE orders SET n = n + 1 WHERE id BETWEEN {i * 101L % Rows} AND {(i * 101L % Rows) + 20} AND id % 5 <> 0", stop.Token);
        var deletes = RepeatAsync(scene, "", i => $"DELETE FROM orders WHERE id = {i * 5}", stop.Token);
        await scene.Backfiller(time: new SteppingTime()).RunAsync(job, cancellationToken: Cancellation);
        await stop.CancelAsync();
        var statements = await Task.WhenAll(renames, counts, deletes);

        Assert.All(statements, count => Assert.True(count > 1, "A client came too late."));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
        var deleted = statements[2];
        Assert.Equal(Rows - Math.Min(deleted - 1, Rows / 5), await scene.CountAsync("orders", "true", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Values_that_new_clients_write_survive(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var writer = RepeatAsync(
            scene,
            "SET lockkeeper.version = 'new'",
            i => $"UPDATE orders SET note = 'mine', n = 1 WHERE id = {(i * 7919L % Rows) + 1}",
            stop.Token);
        await scene.Backfiller(time: new SteppingTime()).RunAsync(job, cancellationToken: Cancellation);
        await stop.CancelAsync();
        var written = await writer;

        Assert.True(written > 0, "The client came too late.");
        Assert.Equal(Math.Min(written, Rows), await scene.CountAsync("orders", "n = 1", Cancellation));
        await scene.AssertFilledAsync("orders", "CASE WHEN n = 1 THEN 'mine' ELSE upper(name) END", Cancellation);
    }

    /// <summary>Runs statement 0, 1, 2, ... until told to stop. Any error fails the test.</summary>
    private static async Task<int> RepeatAsync(
        Scene scene, string first, Func<int, string> statement, CancellationToken stop)
    {
        await using var connection = await scene.Database.OpenAsync(Cancellation);
        if (first.Length > 0)
        {
            await connection.ExecuteAsync(first, Cancellation);
        }

        var i = 0;
        for (; !stop.IsCancellationRequested; i++)
        {
            await connection.ExecuteAsync(statement(i), Cancellation);
        }

        return i;
    }
}
