using System.Collections.Immutable;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Explaining;

/// <summary>A queue with its name, its explanation, and the queues that hang on its waiters.</summary>
/// <param name="queue">The queue.</param>
/// <param name="subject">What is waited for, as its users know it: "row id = 17 of orders".</param>
/// <param name="row">The row, where it is one and its table is of this database.</param>
/// <param name="explanation">What it is, why, and what to do.</param>
/// <param name="behind">The queues of locks that its waiters hold.</param>
public sealed class QueueReport(
    LockQueue queue, string subject, FoundRow? row, Explanation explanation, ImmutableArray<QueueReport> behind)
{
    /// <summary>The queue.</summary>
    public LockQueue Queue => queue;

    /// <summary>What is waited for, as its users know it.</summary>
    public string Subject => subject;

    /// <summary>The row, where it is one and its table is of this database.</summary>
    public FoundRow? Row => row;

    /// <summary>What it is, why, and what to do.</summary>
    public Explanation Explanation => explanation;

    /// <summary>The queues of locks that its waiters hold.</summary>
    public ImmutableArray<QueueReport> Behind => behind;
}
