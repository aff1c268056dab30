using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Lockkeeper.Backfill;

/// <summary>The names under which this library reports to OpenTelemetry.</summary>
/// <remarks>
/// <c>db.system.name</c>, <c>db.collection.name</c>, <c>db.operation.name</c> and <c>error.type</c>, and the histogram <c>db.client.operation.duration</c>, are of
/// OpenTelemetry's conventions for databases (https://opentelemetry.io/docs/specs/semconv/database/); the names that begin with <c>lockkeeper</c> are ours.
/// A span is made for a run and for a range, not for a chunk, of which a large table has millions.
/// </remarks>
public static class Telemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "Lockkeeper.Backfill";

    private const string Postgres = "postgresql";

    // The convention's own advice for durations of database operations.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    };

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);

    private static readonly Counter<long> Rows =
        Meter.CreateCounter<long>("lockkeeper.backfill.rows", "{row}", "Rows filled");

    private static readonly Counter<long> HotRows =
        Meter.CreateCounter<long>("lockkeeper.backfill.hot_rows", "{row}", "Rows filled without touching an index");

    private static readonly Counter<long> LockTimeouts =
        Meter.CreateCounter<long>("lockkeeper.backfill.lock_timeouts", "{timeout}", "Steps back from a client's lock");

    private static readonly Counter<double> HeldTime =
        Meter.CreateCounter<double>("lockkeeper.backfill.held", "s", "Time that the backfill stood still, by what made it");

    private static readonly Gauge<double> Progress =
        Meter.CreateGauge<double>("lockkeeper.backfill.progress", "1", "Share of the table's blocks that are done");

    private static readonly Histogram<double> OperationDuration = Meter.CreateHistogram(
        "db.client.operation.duration", "s", "Duration of a chunk's transaction", tags: null, Durations);

    internal static Activity? StartRun(BackfillJob job) => Describe(Source.StartActivity("backfill.run", ActivityKind.Client), job);

    internal static Activity? StartRange(BackfillJob job, string leaf, long first, long end) =>
        Describe(Source.StartActivity("backfill.range", ActivityKind.Client), job)?
            .SetTag("lockkeeper.backfill.leaf", leaf)
            .SetTag("lockkeeper.backfill.first_block", first)
            .SetTag("lockkeeper.backfill.end_block", end);

    internal static void Failed(Activity? activity, Exception error) => activity?
        .SetTag("error.type", (error as BackfillException)?.Code ?? error.GetType().FullName)
        .SetStatus(ActivityStatusCode.Error, error.Message);

    internal static void ChunkDone(BackfillJob job, long rows, long hot, TimeSpan elapsed)
    {
        var tags = TagsOf(job);
        Rows.Add(rows, tags);
        HotRows.Add(hot, tags);
        tags.Add("db.operation.name", "UPDATE");
        OperationDuration.Record(elapsed.TotalSeconds, tags);
    }

    internal static void LockTimedOut(BackfillJob job) => LockTimeouts.Add(1, TagsOf(job));

    internal static void Held(BackfillJob job, string throttle, TimeSpan time)
    {
        var tags = TagsOf(job);
        tags.Add("lockkeeper.backfill.throttle", throttle);
        HeldTime.Add(time.TotalSeconds, tags);
    }

    internal static void Advanced(BackfillJob job, double share) => Progress.Record(share, TagsOf(job));

    private static TagList TagsOf(BackfillJob job) => new()
    {
        { "db.system.name", Postgres },
        { "db.collection.name", job.Table.ToString() },
        { "lockkeeper.backfill.job", job.Name },
    };

    private static Activity? Describe(Activity? activity, BackfillJob job) => activity?
        .SetTag("db.system.name", Postgres)
        .SetTag("db.collection.name", job.Table.ToString())
        .SetTag("db.operation.name", "UPDATE")
        .SetTag("lockkeeper.backfill.job", job.Name);
}
