using Lockkeeper.Locks;
using Lockkeeper.Locks.Deadlocks;

namespace Lockkeeper.Cli.Output.Json.Deadlocks;

/// <summary>Deadlocks that are alike; the ring is that of the last one.</summary>
internal sealed record DeadlockGroupOutput(
    string Class,
    string Name,
    int Count,
    string? First,
    string? Last,
    string? Database,
    IReadOnlyList<RingOutput> Ring,
    IReadOnlyList<string> Functions,
    string? InnerStatement,
    string Why,
    string Change)
{
    public static DeadlockGroupOutput Of(DeadlockReport report, DeadlockGroup group)
    {
        var last = group.Deadlocks[^1];
        return new DeadlockGroupOutput(
            Names.Of(group.Explanation.Class),
            group.Explanation.Name,
            group.Deadlocks.Length,
            group.Deadlocks[0].Entry.Time,
            last.Entry.Time,
            last.Entry.Database,
            [.. report.Ring(last).Select(line => new RingOutput(line.Pid, line.IsVictim, line.Query, line.WaitedFor, line.Mode, line.HeldBy))],
            last.Place.Frames,
            last.Place.Statement,
            group.Explanation.Why,
            group.Explanation.Change);
    }

    /// <inheritdoc/>
    public bool Equals(DeadlockGroupOutput? other) => other is not null && Class == other.Class && Count == other.Count
        && First == other.First && Last == other.Last && Ring.SequenceEqual(other.Ring) && Functions.SequenceEqual(other.Functions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Class, Count, First, Last);
}
