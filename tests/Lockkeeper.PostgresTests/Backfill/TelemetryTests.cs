using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lockkeeper.Backfill;
using Lockkeeper.TestKit;

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

        var span = Assert.Single(spans, span => IsOf(span, job));
        Assert.Equal("backfill.run", span.OperationName);
        Assert.Equal("postgresql", span.GetTagItem("db.system.name"));
        Assert.Equal(1234, rows.Sum());
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
