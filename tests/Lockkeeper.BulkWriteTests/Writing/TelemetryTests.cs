using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lockkeeper.BulkWrite;
using Lockkeeper.TestKit;
using Microsoft.Extensions.DependencyInjection;
using static Lockkeeper.BulkWriteTests.Shop;

namespace Lockkeeper.BulkWriteTests.Writing;

/// <summary>What an operator sees: spans, counts of rows, and retries, of which there should be none.</summary>
public sealed class TelemetryTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task A_unit_is_a_span_and_its_rows_are_counted(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        var table = $"\"public\".\"customers\"";
        long rows = 0;
        using var meter = new MeterListener { InstrumentPublished = (i, l) => { if (i.Name == "lockkeeper.bulk_write.rows") { l.EnableMeasurementEvents(i); } } };
        meter.SetMeasurementEventCallback<long>((_, value, tags, _) => Interlocked.Add(ref rows, tags[0].Value is string t && t == table && value == 4321 ? value : 0));
        meter.Start();
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => { lock (spans) { spans.Add(activity); } },
        };
        ActivitySource.AddActivityListener(listener);

        // Found again by a number that no other test uses: tests run side by side.
        using var writer = scene.Writer(Customers);
        await writer.WriteAsync(new UnitOfWork().Insert(Customers, Enumerable.Range(1, 4321).Select(n => new Customer(n))), Scene.Token);

        Assert.Equal(4321, Interlocked.Read(ref rows));
        lock (spans)
        {
            Assert.Contains(spans, span => span.OperationName == "bulk_write.unit" && (string?)span.GetTagItem("db.system.name") == "postgresql");
        }
    }

    // A writer that goes the other way over the same rows is the victim or makes us one; then the unit is run again and says so.
    [Theory, EachPostgres(true), EachPostgres(false)]
    public async Task A_unit_that_others_made_the_server_undo_is_run_again_and_says_so(int version, bool again)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + """
            INSERT INTO customers VALUES (1, 'x'), (2, 'x');
            """);
        using var writer = scene.Writer(new BulkWriteOptions { Retries = again ? BulkWriteOptions.DefaultRetries : 0 }, Customers);
        await using var other = await scene.Database.OpenSessionAsync(Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);

        // It waits an hour before it looks for a deadlock, so that it is our session that finds it.
        await other.ExecuteAsync("SET deadlock_timeout = '1h'; BEGIN; UPDATE customers SET name = 'other' WHERE id = 2", Scene.Token);
        var writing = writer.WriteAsync(new UnitOfWork().Update(Customers, [new(1, "n"), new(2, "n")]), Scene.Token);
        await observer.WaitUntilAsync($"EXISTS (SELECT FROM pg_stat_activity WHERE {other.Backend} = ANY(pg_blocking_pids(pid)))", Scene.Token);
        await other.ExecuteAsync("UPDATE customers SET name = 'other' WHERE id = 1", Scene.Token);
        await other.ExecuteAsync("COMMIT", Scene.Token);
        if (!again)
        {
            var undone = await Assert.ThrowsAsync<BulkWriteException>(() => writing);
            Assert.Equal(("LK3014", "40P01", Customers.Table, 0, true), (undone.Code, undone.SqlState, undone.Table, undone.Change, undone.OutcomeKnown));
            return;
        }

        var report = await writing;
        // More than once where the second attempt is back at the first row before the other has got it.
        Assert.InRange(report.Retries, 1, new BulkWriteOptions().Retries);
        Assert.Equal(2, report.Updated);
        Assert.Equal("n\nn", await scene.RowsAsync("SELECT name FROM customers"));
    }

    [Theory, EachPostgres]
    public async Task The_container_gives_a_writer(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        await using var provider = new ServiceCollection()
            .AddSingleton(scene.Source).AddKeyedSingleton("shop", scene.Source)
            .AddBulkWriter(new BulkWriteTables(Customers)).AddBulkWriter("shop", new BulkWriteTables(Customers))
            .BuildServiceProvider();

        await provider.GetRequiredService<BulkWriter>().WriteAsync(new UnitOfWork().Insert(Customers, [new(1)]), Scene.Token);
        await provider.GetRequiredKeyedService<BulkWriter>("shop").WriteAsync(new UnitOfWork().Insert(Customers, [new(2)]), Scene.Token);

        Assert.Equal(2, await scene.ScalarAsync<long>("SELECT count(*) FROM customers"));
    }
}
