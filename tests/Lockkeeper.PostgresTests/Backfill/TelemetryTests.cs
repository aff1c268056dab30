using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lockkeeper.Backfill;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.PostgresTests.Backfill;

public sealed class TelemetryTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_is_one_span_and_counts_its_rows()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        await scene.CreateTableAsync("measured", rows: 1234, Cancellation);
        var job = await scene.PrepareAsync("measured", "upper(lockkeeper_row.name)", Cancellation);
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var rows = new ConcurrentQueue<long>();
        using var meters = new MeterListener { InstrumentPublished = Listen };
        meters.SetMeasurementEventCallback<long>((instrument, value, _, _) => Count(rows, instrument, value, job));
        meters.Start();

        await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        var span = Assert.Single(spans, span => IsOf(span, job) && span.OperationName == "backfill.run");
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal("postgresql", span.GetTagItem("db.system.name"));
        Assert.Equal("UPDATE", span.GetTagItem("db.operation.name"));
        var server = new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString);
        Assert.Equal($"{server.Database}|public", span.GetTagItem("db.namespace"));
        Assert.Equal(server.Host, span.GetTagItem("server.address"));
        Assert.Equal(server.Port, span.GetTagItem("server.port"));
        Assert.Equal("UPDATE \"public\".\"measured\"", span.GetTagItem("db.query.summary"));
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        var range = Assert.Single(spans, span => IsOf(span, job) && span.OperationName == "backfill.range");
        Assert.Equal(span.SpanId, range.ParentSpanId);
        Assert.Equal(0L, range.GetTagItem("lockkeeper.backfill.first_block"));
        Assert.Equal(1234, rows.Sum());
    }

    [Fact]
    public async Task A_run_that_fails_says_so_on_its_span_and_each_chunk_is_an_operation()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        await scene.CreateTableAsync("refused", rows: 5000, Cancellation);
        var job = await scene.PrepareAsync("refused", "(1 / (4900 - lockkeeper_row.id))::text", Cancellation);
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Telemetry.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var chunks = new ConcurrentQueue<string?>();
        using var meters = new MeterListener { InstrumentPublished = Listen };
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Keep(chunks, instrument, tags, job));
        meters.Start();

        await Assert.ThrowsAsync<BackfillException>(() => scene.Backfiller().RunAsync(job, cancellationToken: Cancellation));

        var span = Assert.Single(spans, span => IsOf(span, job) && span.OperationName == "backfill.run");
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        Assert.Equal("LK2003", span.GetTagItem("error.type"));
        Assert.Equal("22012", span.GetTagItem("db.response.status_code"));
        Assert.NotEmpty(chunks);
        Assert.All(chunks, operation => Assert.Equal("UPDATE", operation));
    }

    private static void Keep(
        ConcurrentQueue<string?> chunks, Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, BackfillJob job)
    {
        var all = new Dictionary<string, object?>(tags.ToArray());
        if (instrument.Name == "db.client.operation.duration" && instrument.Unit == "s" && all["db.collection.name"] as string == job.Table.ToString())
        {
            chunks.Enqueue(all["db.operation.name"] as string);
        }
    }

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == Telemetry.SourceName)
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private static void Count(ConcurrentQueue<long> rows, Instrument instrument, long value, BackfillJob job)
    {
        if (instrument.Name == "lockkeeper.backfill.rows" && IsOf(Activity.Current, job))
        {
            rows.Enqueue(value);
        }
    }

    // Other tests of the process report to the same listeners.
    private static bool IsOf(Activity? span, BackfillJob job) => (string?)span?.GetTagItem("db.collection.name") == job.Table.ToString();
}
