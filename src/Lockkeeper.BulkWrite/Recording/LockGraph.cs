namespace Lockkeeper.BulkWrite.Recording;

/// <summary>Which tables were locked while which were held. A way back from what is taken to what is held is a deadlock that has not happened yet.</summary>
internal sealed class LockGraph
{
    private readonly List<LockEdge> _edges = [];

    /// <summary>Adds an edge that is new, and gives the last one of a way back, or null.</summary>
    public LockEdge? Add(LockEdge edge)
    {
        if (_edges.Any(known => known with { Stack = "" } == edge with { Stack = "" }))
        {
            return null;
        }

        _edges.Add(edge);
        return edge.Held == edge.Taken && Waits(edge.HeldMode, edge.TakenMode) ? edge : WayBack(edge, edge, []);
    }

    /// <summary>Whether whoever asks waits for whoever holds (manual, table 13.3).</summary>
    public static bool Waits(RowLock held, RowLock asked) => (held, asked) switch
    {
        (RowLock.Update, _) or (_, RowLock.Update) => true,
        (RowLock.KeyShare, _) or (_, RowLock.KeyShare) => false,
        (RowLock.Share, RowLock.Share) => false,
        _ => true,
    };

    // Somebody else holds what the last edge takes, and in turn waits for what its own edge takes; until that is what the first one holds.
    private LockEdge? WayBack(LockEdge first, LockEdge last, HashSet<LockEdge> seen)
    {
        foreach (var next in _edges.Where(next => next.Held == last.Taken && next.Held != next.Taken && Waits(next.HeldMode, last.TakenMode)))
        {
            if (!seen.Add(next))
            {
                continue;
            }

            if (next.Taken == first.Held && Waits(first.HeldMode, next.TakenMode))
            {
                return next;
            }

            if (WayBack(first, next, seen) is { } found)
            {
                return found;
            }
        }

        return null;
    }
}
