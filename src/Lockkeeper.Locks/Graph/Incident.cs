using System.Collections.Immutable;

namespace Lockkeeper.Locks.Graph;

/// <summary>Waits that hang together and would end together.</summary>
public sealed class Incident
{
    /// <summary>The queues whose holders wait for nobody, or, in a ring, one of it. The others hang on their waiters.</summary>
    public required ImmutableArray<LockQueue> Queues { get; init; }

    /// <summary>Whether it is a ring, that is, a deadlock that the server has not ended yet.</summary>
    public bool IsRing { get; init; }

    /// <summary>Those at whom it begins: they hold, and wait for nobody.</summary>
    public ImmutableArray<LockOwner> Roots =>
        [.. Queues.SelectMany(queue => queue.Holders).Where(holder => !holder.Waits).Select(holder => holder.Owner).DistinctBy(owner => owner.Id)];

    /// <summary>How many sessions wait.</summary>
    public int Depth => Queues.Sum(queue => queue.Depth);

    /// <summary>The longest of the waits.</summary>
    public TimeSpan LongestWait => Queues.Select(queue => queue.LongestWait).DefaultIfEmpty().Max();
}
