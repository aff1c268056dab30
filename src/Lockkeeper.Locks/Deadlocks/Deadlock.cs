using System.Collections.Immutable;
using Lockkeeper.Locks.Deadlocks.Logs;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>One deadlock as the server reported it.</summary>
/// <param name="entry">The message; its process is the victim.</param>
/// <param name="edges">The waits, in the order of the ring, the victim's first.</param>
/// <param name="queries">The statement at which each process was, as far as the log has it.</param>
/// <param name="place">Where the victim was: the row, and the functions that it was in.</param>
public sealed class Deadlock(
    LogEntry entry, ImmutableArray<DeadlockEdge> edges, ImmutableDictionary<int, string> queries, VictimPlace place)
{
    /// <summary>The message; its process is the victim.</summary>
    public LogEntry Entry => entry;

    /// <summary>The waits, in the order of the ring, the victim's first.</summary>
    public ImmutableArray<DeadlockEdge> Edges => edges;

    /// <summary>The statement at which each process was, as far as the log has it.</summary>
    public ImmutableDictionary<int, string> Queries => queries;

    /// <summary>Where the victim was.</summary>
    public VictimPlace Place => place;

    /// <summary>The process whose statement failed: the one that first looked after waiting for <c>deadlock_timeout</c>.</summary>
    public int Victim => edges[0].Waiter;

    /// <summary>The processes, in the order of the ring.</summary>
    public ImmutableArray<int> Processes => [.. edges.Select(edge => edge.Waiter)];
}
