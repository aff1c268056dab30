using System.Collections.Immutable;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Graph;

/// <summary>The order in which the waiters of one lock stand, which <c>pg_locks</c> does not show.</summary>
/// <remarks>
/// As ProcSleep in proc.c puts them: at the end; but whoever already holds the lock in a mode that a waiter cannot get along with goes in
/// front of that waiter, who could not be served before it anyway. The order of arrival is that of <c>waitstart</c>. A wait that has none
/// yet has begun this instant and stands last.
/// </remarks>
internal static class QueueOrder
{
    public static ImmutableArray<LockEntry> Of(IReadOnlyList<LockEntry> waiting, IReadOnlyList<LockEntry> held, Func<OwnerId, OwnerId> groupOf)
    {
        var queue = new List<LockEntry>(waiting.Count);
        foreach (var arriving in waiting.OrderByDescending(w => w.Waited ?? TimeSpan.MinValue).ThenBy(w => w.Owner.Pid))
        {
            var own = held.Where(h => groupOf(h.Owner) == groupOf(arriving.Owner)).Select(h => h.Mode).ToArray();
            var place = own.Length == 0 ? -1 : queue.FindIndex(earlier => own.Any(mode => mode.ConflictsWith(earlier.Mode)));
            queue.Insert(place < 0 ? queue.Count : place, arriving);
        }

        return [.. queue];
    }
}
