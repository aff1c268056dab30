using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lockkeeper.Backfill.Execution;
using Npgsql;

namespace Lockkeeper.Backfill;

/// <summary>The names under which this library reports to OpenTelemetry.</summary>
/// <remarks>
/// The names that begin with <c>db.</c>, <c>server.</c> and <c>error.</c> are of OpenTelemetry's stable conventions for PostgreSQL
/// (https://opentelemetry.io/docs/specs/semconv/database/postgresql/): <c>db.system.name</c>, <c>db.namespace</c> (<c>database|schema</c>),
/// <c>db.collection.name</c>, <c>db.operation.name</c>, <c>db.query.summary</c>, <c>server.address</c> and <c>server.port</c>; where a run fails <c>error.type</c> and, if the server
/// said why, <c>db.response.status_code</c>; and the histogram <c>db.client.operation.duration</c>. The names that begin with <c>lockkeeper</c> are ours.
/// A span is made for a run and for a range, not for a chunk, of which a large table has millions.
/// </remarks>
public static class Telemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "Lockkeeper.Backfill";

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

    internal static Activity? StartRun(ReportedAs run) => Describe(Source.StartActivity("backfill.run", ActivityKind.Client), run);

    internal static Activity? StartRange(ReportedAs run, string leaf, long first, long end) =>
        Describe(Source.StartActivity("backfill.range", ActivityKind.Client), run)?
            .SetTag("lockkeeper.backfill.leaf", leaf)
            .SetTag("lockkeeper.backfill.first_block", first)
            .SetTag("lockkeeper.backfill.end_block", end);

    internal static void Failed(Activity? activity, Exception error) => activity?
        .SetTag("error.type", (error as BackfillException)?.Code ?? error.GetType().FullName)
        .SetTag("db.response.status_code", (error as PostgresException ?? error.InnerException as PostgresException)?.SqlState)
        .SetStatus(ActivityStatusCode.Error, error.Message);

    internal static void ChunkDone(ReportedAs run, long rows, long hot, TimeSpan elapsed)
    {
        var tags = run.Tags;
        Rows.Add(rows, tags);
        HotRows.Add(hot, tags);
        OperationDuration.Record(elapsed.TotalSeconds, tags);
    }

    internal static void LockTimedOut(ReportedAs run) => LockTimeouts.Add(1, run.Tags);

    internal static void Held(ReportedAs run, string throttle, TimeSpan time)
    {
        var tags = run.Tags;
        tags.Add("lockkeeper.backfill.throttle", throttle);
        HeldTime.Add(time.TotalSeconds, tags);
    }

    internal static void Advanced(ReportedAs run, double share) => Progress.Record(share, run.Tags);

    private static Activity? Describe(Activity? activity, ReportedAs run)
    {
        foreach (var (name, value) in run.Tags)
        {
            activity?.SetTag(name, value);
        }

        return activity;
    }
}
