using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Lockkeeper.BulkWrite;

/// <summary>The names under which this library reports to OpenTelemetry.</summary>
/// <remarks>
/// <c>db.system.name</c> is of OpenTelemetry's conventions for databases
/// (https://opentelemetry.io/docs/specs/semconv/database/); the names that begin with <c>lockkeeper</c> are ours.
/// </remarks>
public static class Telemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "Lockkeeper.BulkWrite";

    private static readonly ActivitySource Source = new(SourceName);
    private static readonly Meter Meter = new(SourceName);

    private static readonly Counter<long> Rows =
        Meter.CreateCounter<long>("lockkeeper.bulk_write.rows", "{row}", "Rows handed over and committed");

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        "lockkeeper.bulk_write.retries", "{retry}", "Units run again; anything but zero is a writer that keeps another order");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("lockkeeper.bulk_write.unit.duration", "s", "Duration of a unit, repetitions included");

    internal static Activity? StartUnit(int changes) => Source.StartActivity("bulk_write.unit", ActivityKind.Client)
        ?.SetTag("db.system.name", "postgresql").SetTag("lockkeeper.bulk_write.changes", changes);

    internal static void UnitDone(Activity? activity, BulkWriteReport report)
    {
        foreach (var change in report.Changes)
        {
            Rows.Add(change.Given, new KeyValuePair<string, object?>("db.collection.name", change.Table.ToString()));
        }

        Duration.Record(report.Elapsed.TotalSeconds);
        activity?.SetTag("lockkeeper.bulk_write.retries", report.Retries);
    }

    internal static void RunAgain(string sqlState) => Retries.Add(1, new KeyValuePair<string, object?>("db.response.status_code", sqlState));

    internal static void Failed(Activity? activity, string code) =>
        activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", code);
}
