using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Advisory;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Lockkeeper.BulkWriteTests.Shop;

namespace Lockkeeper.BulkWriteTests.Counters;

/// <summary>A counter is exact whichever way it is kept, and the code that counts is the same.</summary>
public sealed class CounterTests(PostgresFixture postgres)
{
    [Theory, EachPostgres(CounterKind.Column), EachPostgres(CounterKind.Slots), EachPostgres(CounterKind.Deltas)]
    public async Task Many_writers_count_exactly_and_do_not_deadlock(int version, CounterKind kind)
    {
        await using var scene = await OpenAsync(version, kind);
        var counter = Of(kind);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables(Orders, Lines).With(counter), new BulkWriteOptions { Retries = 0 });

        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                var lines = Enumerable.Range(0, 8).Select(n => new Line(((worker + n) * 7 % 4) + 1, (worker * 1000) + (i * 10) + n)).Reverse().ToList();
                var unit = new UnitOfWork().Insert(Lines, lines);
                lines.ForEach(line => unit.Count(counter, line.OrderId));
                await writer.WriteAsync(unit, Scene.Token);
            }
        })));

        Assert.Equal(
            await scene.RowsAsync("SELECT order_id, count(*) FROM lines GROUP BY 1 ORDER BY 1"),
            await scene.RowsAsync($"SELECT id, {counter.Expression("orders")} FROM orders ORDER BY 1"));
        Assert.Equal(0, await scene.DeadlocksAsync());
    }

    [Theory, EachPostgres]
    public async Task Sums_that_cancel_out_are_not_written(int version)
    {
        await using var scene = await OpenAsync(version, CounterKind.Deltas);
        var counter = Of(CounterKind.Deltas);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables().With(counter));

        await writer.WriteAsync(new UnitOfWork().Count(counter, 1, 2).Count(counter, 1, -2).Count(counter, 2, 5), Scene.Token);

        Assert.Equal("2|5", await scene.RowsAsync($"SELECT id, amount FROM (SELECT {counter.Key} AS id, amount FROM {counter.SideTable}) AS s"));
    }

    [Theory, EachPostgres]
    public async Task A_row_that_is_not_there_is_reported(int version)
    {
        await using var scene = await OpenAsync(version, CounterKind.Column);
        var counter = Of(CounterKind.Column);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables().With(counter));

        var report = await writer.WriteAsync(new UnitOfWork().Count(counter, 1).Count(counter, 99), Scene.Token);

        Assert.Equal((1, 1), (report.Updated, report.NotFound));
    }

    [Theory, EachPostgres]
    public async Task A_new_row_can_be_counted_in_the_same_unit(int version)
    {
        await using var scene = await OpenAsync(version, CounterKind.Column);
        var counter = Of(CounterKind.Column);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables(Orders, Lines).With(counter));

        await writer.WriteAsync(
            new UnitOfWork().Insert(Lines, [new(50, 1), new(50, 2)]).Count(counter, 50, 2).Insert(Orders, [new(50, 1)]), Scene.Token);

        Assert.Equal("2", await scene.RowsAsync("SELECT line_count FROM orders WHERE id = 50"));
    }

    [Theory, EachPostgres]
    public async Task The_roll_up_gathers_deltas_and_the_value_stays(int version)
    {
        await using var scene = await OpenAsync(version, CounterKind.Deltas);
        var counter = Of(CounterKind.Deltas);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables().With(counter));
        for (var i = 0; i < 10; i++)
        {
            await writer.WriteAsync(new UnitOfWork().Count(counter, 1, i).Count(counter, 3, -1), Scene.Token);
        }

        var rollUp = new CounterRollUp(scene.Source, counter);
        Assert.Equal(15, await rollUp.RunOnceAsync(15, Scene.Token));
        Assert.Equal("1|45\n2|0\n3|-10\n4|0", await scene.RowsAsync($"SELECT id, {counter.Expression("orders")} FROM orders ORDER BY 1"));
        Assert.Equal(4, await rollUp.RunOnceAsync(15, Scene.Token));
        Assert.Equal(0, await rollUp.RunOnceAsync(15, Scene.Token));
        Assert.Equal("1|45\n2|0\n3|-10\n4|0", await scene.RowsAsync("SELECT id, line_count FROM orders ORDER BY 1"));
    }

    [Theory, EachPostgres]
    public async Task The_roll_up_waits_for_no_row_that_somebody_has_locked(int version)
    {
        await using var scene = await OpenAsync(version, CounterKind.Deltas);
        var counter = Of(CounterKind.Deltas);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables().With(counter));
        await writer.WriteAsync(new UnitOfWork().Count(counter, 1, 3).Count(counter, 2, 4).Count(counter, 3, 5), Scene.Token);
        await writer.WriteAsync(new UnitOfWork().Count(counter, 2, 1).Count(counter, 9, 1), Scene.Token);
        await using var client = await scene.Database.OpenSessionAsync(Scene.Token);
        await client.ExecuteAsync("BEGIN; UPDATE orders SET line_count = 100 WHERE id = 2", Scene.Token);

        var rollUp = new CounterRollUp(scene.Source, counter);
        // Those of 1 and 3, and that of 9, which is not there.
        Assert.Equal(2, await rollUp.RunOnceAsync(2, Scene.Token));
        Assert.Equal(1, await rollUp.RunOnceAsync(10, Scene.Token));
        Assert.Equal(0, await rollUp.RunOnceAsync(10, Scene.Token));
        await client.ExecuteAsync("COMMIT", Scene.Token);
        Assert.Equal(2, await rollUp.RunOnceAsync(10, Scene.Token));

        Assert.Equal("1|3\n2|105\n3|5\n4|0", await scene.RowsAsync("SELECT id, line_count FROM orders ORDER BY 1"));
    }

    [Theory, EachPostgres]
    public async Task One_process_gathers_and_the_others_stand_by_until_it_ends(int version)
    {
        await using var scene = await OpenAsync(version, CounterKind.Deltas);
        var counter = Of(CounterKind.Deltas);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables().With(counter));
        await writer.WriteAsync(new UnitOfWork().Count(counter, 1, 3).Count(counter, 2, 4), Scene.Token);
        await using var provider = new ServiceCollection().AddSingleton(scene.Source)
            .AddCounterRollUps(new BulkWriteTables().With(counter), TimeSpan.FromMilliseconds(1)).BuildServiceProvider();
        var rollUps = provider.GetRequiredService<CounterRollUps>();

        await using (await AdvisoryLock.TryAcquireAsync(scene.Source, $"roll up {counter.Table} {counter.Column}", Scene.Token))
        {
            await rollUps.PassAsync(Scene.Token);
            Assert.Equal((true, 0), (rollUps.Health.IsStandby, rollUps.Health.Deltas));
        }

        // As the host does it.
        var service = Assert.Single(provider.GetServices<IHostedService>());
        await service.StartAsync(Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await observer.WaitUntilAsync($"NOT EXISTS (SELECT FROM {counter.SideTable})", Scene.Token);
        await scene.ExecuteAsync($"ALTER TABLE {counter.SideTable} RENAME TO away");
        while (rollUps.Health.Failure is null)
        {
            await Task.Delay(1, Scene.Token);
        }

        await scene.ExecuteAsync($"ALTER TABLE away RENAME TO {counter.SideTable.Name}");
        while (rollUps.Health.Failure is not null)
        {
            await Task.Delay(1, Scene.Token);
        }

        await service.StopAsync(Scene.Token);
        Assert.Equal((false, 2), (rollUps.Health.IsStandby, rollUps.Health.Deltas));
        Assert.True(rollUps.Health.IsWell(TimeProvider.System.GetUtcNow().AddMinutes(-1)));
        Assert.Equal("3\n4", await scene.RowsAsync("SELECT line_count FROM orders WHERE id < 3 ORDER BY id"));
    }

    [Theory, EachPostgres]
    public async Task A_counter_whose_table_is_gone_keeps_no_other_from_being_gathered(int version)
    {
        await using var scene = await OpenAsync(version, CounterKind.Deltas);
        var counter = Of(CounterKind.Deltas);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables().With(counter));
        await writer.WriteAsync(new UnitOfWork().Count(counter, 1, 3), Scene.Token);
        var rollUps = new CounterRollUps(
            scene.Source, new BulkWriteTables().With(new Counter<long>("public", "gone", "id", "n", CounterKind.Deltas)).With(counter));

        var failed = await Assert.ThrowsAnyAsync<Exception>(() => rollUps.PassAsync(Scene.Token));

        Assert.Contains("gone", failed.Message, StringComparison.Ordinal);
        Assert.Equal("3", await scene.RowsAsync("SELECT line_count FROM orders WHERE id = 1"));
        Assert.Equal((1, null), (rollUps.Health.Deltas, rollUps.Health.LastPass));
    }

    [Theory, EachPostgres(CounterKind.Column), EachPostgres(CounterKind.Slots), EachPostgres(CounterKind.Deltas)]
    public async Task What_is_wrong_is_corrected_by_the_difference(int version, CounterKind kind)
    {
        await using var scene = await OpenAsync(version, kind);
        var counter = Of(kind);
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables(Lines).With(counter));
        await writer.WriteAsync(new UnitOfWork().Insert(Lines, [new(1, 1), new(1, 2), new(2, 1)]).Count(counter, 1, 2).Count(counter, 2), Scene.Token);
        await scene.ExecuteAsync("INSERT INTO lines VALUES (1, 3, 'x'), (3, 1, 'x')");
        await scene.ExecuteAsync("DELETE FROM lines WHERE order_id = 2");
        var reconciler = new CounterReconciler<long>(scene.Source, writer, counter, new CounterTruth("public", "lines", "order_id"));

        Assert.Equal(3, await reconciler.RunAsync(Scene.Token));
        Assert.Equal("1|3\n2|0\n3|1\n4|0", await scene.RowsAsync($"SELECT id, {counter.Expression("orders")} FROM orders ORDER BY 1"));
        Assert.Equal(0, await reconciler.RunAsync(Scene.Token));
    }

    private static Counter<long> Of(CounterKind kind) => new("public", "orders", "id", "line_count", kind);

    private async Task<Scene> OpenAsync(int version, CounterKind kind) => await Scene.OpenAsync(postgres, version, Sql + $"""
        INSERT INTO customers VALUES (1, 'x');
        INSERT INTO orders SELECT g, 1, 'old' FROM generate_series(1, 4) AS g;
        {string.Concat(Of(kind).Ddl("bigint").Select(sql => sql + ";\n"))}
        """);
}
