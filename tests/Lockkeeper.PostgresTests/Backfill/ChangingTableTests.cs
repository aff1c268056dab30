using Lockkeeper.Backfill;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>What others may do to the table while it is being filled.</summary>
public sealed class ChangingTableTests(PostgresFixture postgres)
{
    private const int Rows = 60_000;
    private const string Up = "upper(lockkeeper_row.name)";

    private const string Partitions =
        """
        CREATE TABLE orders (id int, name text, padding text) PARTITION BY RANGE (id);
        CREATE TABLE orders1 PARTITION OF orders FOR VALUES FROM (1) TO (20001);
        CREATE TABLE orders2 PARTITION OF orders FOR VALUES FROM (20001) TO (40001);
        CREATE TABLE orders3 PARTITION OF orders FOR VALUES FROM (40001) TO (60001);
        INSERT INTO orders SELECT g, 'name ' || g, repeat('x', 60) FROM generate_series(1, 60000) AS g
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres("VACUUM FULL orders", InTurn = true)]
    [EachPostgres("CLUSTER orders USING orders_name", InTurn = true)]
    public async Task A_table_that_is_rewritten_half_way_is_begun_again_and_ends_right(int version, string rewrite)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.CreateTableAsync("orders", Rows, Cancellation);
        // In another order and without the first rows, every row lies elsewhere afterwards, mostly nearer to the beginning.
        await scene.Database.ExecuteAsync("CREATE INDEX orders_name ON orders (md5(name)); DELETE FROM orders WHERE id <= 10000", Cancellation);
        var job = await scene.PrepareAsync("orders", Up, Cancellation);

        var done = new List<long>();
        var halfWay = OnProgress.HalfWay(() => scene.Database.ExecuteAsync(rewrite, Cancellation));

        var report = await scene.Backfiller(time: new SteppingTime()).RunAsync(
            job,
            new OnProgress(progress =>
            {
                done.Add(progress.BlocksDone);
                halfWay.Report(progress);
            }),
            Cancellation);

        Assert.Equal(1, report.Restarts);
        // The very next chunk noticed it: the table has one range, so one worker, and the report after the one half way begins at 0.
        Assert.Equal(1, done.Zip(done.Skip(1)).Count(pair => pair.Second < pair.First));
        Assert.InRange(done.Zip(done.Skip(1)).First(pair => pair.Second < pair.First).First, 1, 600);
        Assert.Equal(Rows - 10_000, report.Rows);
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_partition_that_is_renamed_half_way_is_filled_under_its_new_name(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync(Partitions, Cancellation);
        var job = await scene.PrepareAsync("orders", Up, Cancellation);

        var report = await RunAsync(
            scene, job, "ALTER TABLE orders2 RENAME TO \"Old 2\"; CREATE TABLE orders2 (LIKE orders INCLUDING ALL)");

        Assert.Equal(Rows, report.Rows);
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_partition_that_is_dropped_half_way_is_forgotten(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync(Partitions, Cancellation);
        var job = await scene.PrepareAsync("orders", Up, Cancellation);

        await RunAsync(scene, job, "DROP TABLE orders2, orders3");

        Assert.Equal(20_000, await scene.CountAsync("orders", "true", Cancellation));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_partition_that_is_attached_half_way_is_filled_too(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync(Partitions, Cancellation);
        var job = await scene.PrepareAsync("orders", Up, Cancellation);
        await scene.Database.ExecuteAsync(
            """
            CREATE TABLE orders4 (LIKE orders);
            INSERT INTO orders4 (id, name, "Pending") SELECT g, 'name ' || g, true FROM generate_series(60001, 61000) AS g
            """,
            Cancellation);

        var report = await RunAsync(scene, job, "ALTER TABLE orders ATTACH PARTITION orders4 FOR VALUES FROM (60001) TO (70001)");

        Assert.Equal(Rows + 1000, report.Rows);
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Rows_that_clients_move_to_another_partition_are_carried_over(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync(Partitions + "; CREATE INDEX ON orders (id)", Cancellation);
        var job = await scene.PrepareAsync("orders", Up, Cancellation);
        await using var client = await scene.Database.OpenAsync(Cancellation);

        var running = scene.Backfiller(time: new SteppingTime()).RunAsync(job, cancellationToken: Cancellation);
        var moved = 0;
        for (var id = 20_001; !running.IsCompleted && id <= 40_000; id += 7)
        {
            moved += await client.ExecuteAsync($"UPDATE orders SET id = id - 20000 WHERE id = {id}", Cancellation);
        }

        await running;

        Assert.True(moved > 0, "No row was moved while the backfill ran.");
        Assert.Equal(Rows, await scene.CountAsync("orders", "true", Cancellation));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    private static async Task<BackfillReport> RunAsync(Scene scene, BackfillJob job, string halfWay)
    {
        var isHalfWay = false;
        var report = await scene.Backfiller(time: new SteppingTime()).RunAsync(
            job,
            OnProgress.HalfWay(() =>
            {
                isHalfWay = true;
                return scene.Database.ExecuteAsync(halfWay, Cancellation);
            }),
            Cancellation);
        Assert.True(isHalfWay, "Nothing was reported half way.");
        return report;
    }
}
