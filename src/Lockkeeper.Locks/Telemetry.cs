using System.Diagnostics.Metrics;

namespace Lockkeeper.Locks;

/// <summary>The names under which this library reports to OpenTelemetry; they are ours, because its conventions know no locks.</summary>
public static class Telemetry
{
    /// <summary>The name of the meter.</summary>
    public const string SourceName = "Lockkeeper.Locks";

    private static readonly Meter Meter = new(SourceName);

    private static readonly Gauge<int> Waiting =
        Meter.CreateGauge<int>("lockkeeper.locks.waiting", "{session}", "Sessions that waited for a lock at the last snapshot");

    private static readonly Gauge<int> DeepestQueue =
        Meter.CreateGauge<int>("lockkeeper.locks.queue_depth", "{session}", "Waiters in the longest queue at the last snapshot");

    private static readonly Gauge<double> OldestWait =
        Meter.CreateGauge<double>("lockkeeper.locks.oldest_wait", "s", "The longest wait at the last snapshot");

    internal static void Observed(LockSnapshot snapshot)
    {
        var database = KeyValuePair.Create<string, object?>("db.namespace", snapshot.Observation.Database);
        Waiting.Record(snapshot.Waiting, database);
        DeepestQueue.Record(
            snapshot.Incidents.SelectMany(incident => incident.Incident.Queues).SelectMany(queue => queue.All())
                .Select(queue => queue.Waiters.Length).DefaultIfEmpty().Max(),
            database);
        OldestWait.Record(snapshot.LongestWait.TotalSeconds, database);
    }
}
