using System.Collections.Concurrent;
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

    // The server counts them since its statistics were reset; for each database, the count of the last snapshot.
    private static readonly ConcurrentDictionary<(string? Host, int Port, string Database), long> Deadlocks = new();

    static Telemetry() => Meter.CreateObservableCounter(
        "lockkeeper.locks.deadlocks",
        () => Deadlocks.Select(known => new Measurement<long>(known.Value, Tags(known.Key.Host, known.Key.Port, known.Key.Database))),
        "{deadlock}",
        "Deadlocks that the server has ended in the database, as of the last snapshot");

    internal static void Observed(LockSnapshot snapshot, string? host, int port)
    {
        var tags = Tags(host, port, snapshot.Observation.Database);
        Waiting.Record(snapshot.Waiting, tags);
        DeepestQueue.Record(
            snapshot.Incidents.SelectMany(incident => incident.Incident.Queues).SelectMany(queue => queue.All())
                .Select(queue => queue.Waiters.Length).DefaultIfEmpty().Max(),
            tags);
        OldestWait.Record(snapshot.LongestWait.TotalSeconds, tags);
        Deadlocks[(host, port, snapshot.Observation.Database)] = snapshot.Observation.Deadlocks;
    }

    // The names of https://opentelemetry.io/docs/specs/semconv/database/.
    private static KeyValuePair<string, object?>[] Tags(string? host, int port, string database) =>
    [
        new("db.system.name", "postgresql"),
        new("db.namespace", database),
        new("server.address", host),
        new("server.port", port),
    ];
}
