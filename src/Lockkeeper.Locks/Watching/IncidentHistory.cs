using System.Collections.Immutable;
using Lockkeeper.Locks.Explaining;

namespace Lockkeeper.Locks.Watching;

/// <summary>Remembers incidents from one snapshot to the next, and says which are over. Not thread-safe.</summary>
/// <remarks>
/// An incident is known again by what is waited for. A hot row that changes hands stays one incident: the holder is another each time.
/// Where a row's key is not known in one snapshot and is in the next, they count as two.
/// </remarks>
public sealed class IncidentHistory
{
    private readonly Dictionary<string, EndedIncident> _open = new(StringComparer.Ordinal);

    /// <summary>Takes a snapshot in, and returns the incidents that were there before and are not any more.</summary>
    /// <param name="snapshot">The next snapshot.</param>
    public ImmutableArray<EndedIncident> Observe(LockSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var report in snapshot.Incidents.SelectMany(incident => incident.Queues))
        {
            seen.Add(report.Subject);
            _open[report.Subject] = _open.TryGetValue(report.Subject, out var known)
                ? known with
                {
                    LastSeen = snapshot.Observation.At,
                    MostWaiting = Math.Max(known.MostWaiting, report.Queue.Depth),
                    LongestWait = report.Queue.LongestWait > known.LongestWait ? report.Queue.LongestWait : known.LongestWait,
                }
                : Of(report, snapshot.Observation.At);
        }

        var ended = _open.Where(open => !seen.Contains(open.Key)).Select(open => open.Value).ToImmutableArray();
        foreach (var incident in ended)
        {
            _open.Remove(incident.Subject);
        }

        return ended;
    }

    private static EndedIncident Of(QueueReport report, DateTimeOffset at) => new(
        report.Subject,
        report.Explanation.Signature,
        at,
        at,
        report.Queue.Depth,
        report.Queue.LongestWait,
        report.Queue.Holders.IsEmpty ? "nobody seen" : HolderWords.Name(report.Queue.Holders[0].Owner));
}
