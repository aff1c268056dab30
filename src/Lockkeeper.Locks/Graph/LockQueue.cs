using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Lockkeeper.Locks.Graph;

/// <summary>One thing, those who hold it, and those who wait for it.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It is a queue, of sessions, and no collection of ours.")]
public sealed class LockQueue
{
    /// <summary>The lock. For a row it is the transaction that holds the row.</summary>
    public required LockTag Tag { get; init; }

    /// <summary>The row, where it is one; both of the shapes in which <c>pg_locks</c> shows a row's queue come out as one queue.</summary>
    public RowPlace? Row { get; init; }

    /// <summary>Who holds it.</summary>
    public required ImmutableArray<Holder> Holders { get; init; }

    /// <summary>Who waits, in the order in which they stand; a row is not always handed over in that order.</summary>
    public required ImmutableArray<Waiter> Waiters { get; init; }

    /// <summary>How many wait here and behind those who wait here.</summary>
    public int Depth => Waiters.Sum(waiter => 1 + waiter.Holds.Sum(queue => queue.Depth));

    /// <summary>The longest wait here and behind.</summary>
    public TimeSpan LongestWait => Waiters.Select(waiter => waiter.Waited)
        .Concat(Waiters.SelectMany(waiter => waiter.Holds).Select(queue => queue.LongestWait)).DefaultIfEmpty().Max();

    /// <summary>This queue and all that hang on it.</summary>
    public IEnumerable<LockQueue> All() => Waiters.SelectMany(waiter => waiter.Holds).SelectMany(queue => queue.All()).Prepend(this);
}
