using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Lockkeeper.Backfill;

/// <summary>The names under which this library reports to OpenTelemetry.</summary>
/// <remarks>
/// <c>db.system.name</c> and <c>db.collection.name</c> are of OpenTelemetry's conventions for databases
/// (https://opentelemetry.io/docs/specs/semconv/database/); the names that begin with <c>lockkeeper</c> are ours.
/// </remarks>
public static class Telemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "Lockkeeper.Backfill";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);

    private static readonly Counter<long> Rows =
        Meter.CreateCounter<long>("lockkeeper.backfill.rows", "{row}", "Rows filled");

    private static readonly Counter<long> LockTimeouts =
        Meter.CreateCounter<long>("lockkeeper.backfill.lock_timeouts", "{timeout}", "Steps back from a client's lock");

    private static readonly Histogram<double> ChunkDuration =
        Meter.CreateHistogram<double>("lockkeeper.backfill.chunk.duration", "s", "Duration of a chunk's transaction");

    internal static Activity? StartRun(BackfillJob job)
    {
        var activity = Source.StartActivity("backfill.run", ActivityKind.Client);
        return activity?.SetTag("db.system.name", "postgresql")
            .SetTag("db.collection.name", job.Table.ToString())
            .SetTag("lockkeeper.backfill.job", job.Name);
    }

    internal static void ChunkDone(long rows, TimeSpan elapsed)
    {
        Rows.Add(rows);
        ChunkDuration.Record(elapsed.TotalSeconds);
    }

    internal static void LockTimedOut() => LockTimeouts.Add(1);
}
