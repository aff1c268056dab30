using Lockkeeper.Locks;

namespace Lockkeeper.Cli.Output.Json.Locks;

/// <summary>Who waits for whom at one moment.</summary>
internal sealed record LocksOutput(
    DateTimeOffset At, string Database, int Waiting, double LongestWaitMs, IReadOnlyList<IncidentOutput> Incidents, IReadOnlyList<string> Notes)
{
    public static LocksOutput Of(LockSnapshot snapshot) => new(
        snapshot.Observation.At,
        snapshot.Observation.Database,
        snapshot.Waiting,
        snapshot.LongestWait.TotalMilliseconds,
        [.. snapshot.Incidents.Select(IncidentOutput.Of)],
        snapshot.Notes);

    /// <inheritdoc/>
    public bool Equals(LocksOutput? other) => other is not null && At == other.At && Database == other.Database && Waiting == other.Waiting
        && Incidents.SequenceEqual(other.Incidents) && Notes.SequenceEqual(other.Notes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(At, Database, Waiting);
}
