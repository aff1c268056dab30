using Lockkeeper.Locks.Explaining;

namespace Lockkeeper.Cli.Output.Json.Locks;

/// <summary>Waits that hang together.</summary>
internal sealed record IncidentOutput(bool IsRing, int Waiting, double LongestWaitMs, IReadOnlyList<QueueOutput> Queues)
{
    public static IncidentOutput Of(IncidentReport report) => new(
        report.Incident.IsRing,
        report.Incident.Depth,
        report.Incident.LongestWait.TotalMilliseconds,
        [.. report.Queues.Select(QueueOutput.Of)]);

    /// <inheritdoc/>
    public bool Equals(IncidentOutput? other) =>
        other is not null && IsRing == other.IsRing && Waiting == other.Waiting && Queues.SequenceEqual(other.Queues);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsRing, Waiting);
}
