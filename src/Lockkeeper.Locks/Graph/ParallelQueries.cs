using System.Collections.Immutable;

namespace Lockkeeper.Locks.Graph;

/// <summary>Counts what the workers of a parallel query hold and await as their session's.</summary>
/// <remarks>
/// They are one lock group with their leader: locks of one group do not conflict, and <c>pg_blocking_pids</c> names the leader alone. What one of them waits for,
/// the whole query waits for, and it is the leader that can be cancelled. A worker's row of <c>pg_stat_activity</c> has the leader's statement and times.
/// </remarks>
internal static class ParallelQueries
{
    public static (ImmutableArray<LockEntry> Locks, ImmutableDictionary<OwnerId, LockOwner> Owners) Join(
        ImmutableArray<LockEntry> locks, ImmutableDictionary<OwnerId, LockOwner> owners)
    {
        var workers = owners.Values.Where(owner => owner.Group != owner.Id).ToArray();
        if (workers.Length == 0)
        {
            return (locks, owners);
        }

        // Two workers that wait for one lock are one session that waits.
        var joined = locks.Select(entry => entry with { Owner = owners.GetValueOrDefault(entry.Owner)?.Group ?? entry.Owner })
            .GroupBy(entry => (entry.Owner, entry.Tag, entry.Mode, entry.Granted)).Select(same => same.MaxBy(entry => entry.Waited ?? TimeSpan.Zero)!);
        var sessions = owners.RemoveRange(workers.Select(worker => worker.Id));
        foreach (var worker in workers.Where(worker => !sessions.ContainsKey(worker.Group)))
        {
            sessions = sessions.SetItem(worker.Group, worker with { Id = worker.Group, LeaderPid = null, BackendType = "client backend", BackendStart = null });
        }

        return ([.. joined], sessions);
    }
}
