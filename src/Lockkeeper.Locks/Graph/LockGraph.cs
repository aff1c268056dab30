using System.Collections.Immutable;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Graph;

/// <summary>Who waits for whom, concluded from one reading of <c>pg_locks</c> by the rules of the server's lock manager.</summary>
/// <remarks>
/// 1. A request waits for each holder of the same tag whose mode conflicts (table 13.2 of the manual), except for those of its own lock group.
/// 2. It also waits for each request in front of it whose mode conflicts, because the server serves a queue in order.
/// A test compares the result with <c>pg_blocking_pids</c> on every version.
/// </remarks>
public sealed class LockGraph
{
    private readonly Func<OwnerId, OwnerId> _groupOf;

    private LockGraph(Observation observation)
    {
        _groupOf = owner => observation.OwnerOf(owner).Group;
        Lines = [.. observation.Locks.GroupBy(entry => entry.Tag).Select(LineOf).OfType<LockLine>()];
    }

    internal ImmutableArray<LockLine> Lines { get; }

    /// <summary>Concludes it.</summary>
    /// <param name="observation">What was read.</param>
    public static LockGraph Of(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        return new LockGraph(observation);
    }

    /// <summary>Everybody for whom a session waits, and why: those that hold the lock first.</summary>
    /// <param name="waiter">The session.</param>
    public ImmutableArray<WaitEdge> EdgesOf(OwnerId waiter) =>
        [.. Lines.SelectMany(line => EdgesOf(line, waiter)).DistinctBy(edge => (edge.Blocker, edge.Tag))];

    private IEnumerable<WaitEdge> EdgesOf(LockLine line, OwnerId waiter)
    {
        var place = line.Waiting.IndexOf(line.Waiting.FirstOrDefault(entry => entry.Owner == waiter)!);
        if (place < 0)
        {
            return [];
        }

        var request = line.Waiting[place];
        return line.Held.Where(held => IsInTheWay(held, request)).Select(held => new WaitEdge(waiter, held.Owner, line.Tag, EdgeKind.Holds))
            .Concat(line.Waiting.Take(place).Where(earlier => IsInTheWay(earlier, request))
                .Select(earlier => new WaitEdge(waiter, earlier.Owner, line.Tag, EdgeKind.Queues)));
    }

    private LockLine? LineOf(IGrouping<LockTag, LockEntry> entries)
    {
        var requests = entries.Where(entry => !entry.Granted).ToArray();
        if (requests.Length == 0)
        {
            return null;
        }

        var held = entries.Where(entry => entry.Granted).ToArray();
        var wanted = requests.Select(request => (request.Mode, Group: _groupOf(request.Owner))).Distinct().ToArray();
        return new LockLine(
            entries.Key,
            [.. held.Where(entry => wanted.Any(w => entry.Mode.ConflictsWith(w.Mode) && w.Group != _groupOf(entry.Owner)))],
            QueueOrder.Of(requests, held, _groupOf));
    }

    private bool IsInTheWay(LockEntry earlier, LockEntry request) =>
        earlier.Mode.ConflictsWith(request.Mode) && _groupOf(earlier.Owner) != _groupOf(request.Owner);
}
