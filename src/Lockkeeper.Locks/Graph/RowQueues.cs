using System.Collections.Immutable;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Graph;

/// <summary>Makes one queue of what <c>pg_locks</c> shows of the waiters for one row, whichever of its two shapes it has at the moment.</summary>
/// <remarks>
/// 1. Before the first hand-over the first waiter holds the row's <c>tuple</c> lock and waits for the holder's transaction; the others wait for the
///    <c>tuple</c> lock (README.tuplock in the server's sources).
/// 2. Afterwards most of them wait for the transaction of the new holder, without any <c>tuple</c> lock: they go on from the version that they were
///    waiting for to the next (measured on 14 to 18). Which row it is shows only in one of them, if any.
/// A transaction can hold several rows that are waited for. Waiters without a <c>tuple</c> lock belong to the row of a waiter whose statement has
/// the same shape and that uses the same table.
/// </remarks>
internal sealed class RowQueues(Observation observation, LockGraph graph)
{
    private readonly ILookup<OwnerId, LockEntry> _tuplesHeld = observation.Locks
        .Where(entry => entry.Granted && entry.Tag.Kind == LockKind.Tuple).ToLookup(entry => entry.Owner);

    private readonly ILookup<OwnerId, LockEntry> _relations = observation.Locks
        .Where(entry => entry.Granted && entry.Tag.Kind == LockKind.Relation
            && entry.Mode is LockMode.RowShare or LockMode.RowExclusive
            && observation.RelationOf(entry.Tag) is { HasRows: true })
        .ToLookup(entry => entry.Owner);

    private readonly Dictionary<string, string> _shapes = new(StringComparer.Ordinal);

    private readonly Dictionary<LockTag, LockLine> _tupleLines = graph.Lines
        .Where(line => line.Tag.Kind == LockKind.Tuple).ToDictionary(line => line.Tag);

    /// <summary>All queues, those for rows put together.</summary>
    public ImmutableArray<QueueDraft> Find()
    {
        var queues = graph.Lines.Where(line => line.Tag.Kind == LockKind.TransactionId).SelectMany(QueuesOf).ToList();

        // Nobody waits for two locks at once.
        var placed = queues.SelectMany(queue => queue.Waiting).Select(waiting => waiting.Request.Owner).ToHashSet();
        return [.. queues, .. graph.Lines.Where(line => line.Tag.Kind != LockKind.TransactionId && !IsTaken(line)).Select(Alone)];

        bool IsTaken(LockLine line) => line.Tag.Kind == LockKind.Tuple && line.Waiting.All(waiting => placed.Contains(waiting.Owner));
    }

    private static QueueDraft Alone(LockLine line)
    {
        var queue = new QueueDraft(line) { Row = line.Tag.Kind == LockKind.Tuple ? PlaceOf(line.Tag) : null };
        queue.Waiting.AddRange(line.Waiting.Select(request =>
            (request, line.Tag.Kind == LockKind.Tuple ? RowLockConflicts.WantedBy(request.Mode) : null)));
        return queue;
    }

    private IEnumerable<QueueDraft> QueuesOf(LockLine line)
    {
        var queues = new List<QueueDraft>();
        foreach (var tuple in line.Waiting.SelectMany(request => _tuplesHeld[request.Owner]).Select(entry => entry.Tag).Distinct())
        {
            queues.Add(QueueOf(line, tuple));
        }

        foreach (var request in line.Waiting.Where(request => !_tuplesHeld[request.Owner].Any()))
        {
            var queue = queues.Find(queue => IsSame(queue, request));
            if (queue is null)
            {
                queue = new QueueDraft(line) { Row = LikelyPlace(request.Owner) };
                queues.Add(queue);
            }

            queue.Waiting.Add((request, null));
        }

        return queues;
    }

    private QueueDraft QueueOf(LockLine line, LockTag tuple)
    {
        var queue = new QueueDraft(line) { Row = PlaceOf(tuple) };
        foreach (var request in line.Waiting)
        {
            if (_tuplesHeld[request.Owner].FirstOrDefault(entry => entry.Tag == tuple) is { } place)
            {
                queue.Waiting.Add((request, RowLockConflicts.WantedBy(place.Mode)));
            }
        }

        if (_tupleLines.TryGetValue(tuple, out var behind))
        {
            queue.Waiting.AddRange(behind.Waiting.Select(request => (request, RowLockConflicts.WantedBy(request.Mode))));
        }

        return queue;
    }

    private bool IsSame(QueueDraft queue, LockEntry request) =>
        (queue.Row is null
            ? !_relations[request.Owner].Any()
            : _relations[request.Owner].Any(entry => entry.Tag.Relation == queue.Row.Relation))
        && ShapeOf(queue.Waiting[0].Request.Owner) == ShapeOf(request.Owner);

    // Those who wait for one row mostly run one text.
    private string ShapeOf(OwnerId owner)
    {
        var query = observation.OwnerOf(owner).Query ?? "";
        return _shapes.TryGetValue(query, out var known) ? known : _shapes[query] = QueryShape.Of(query);
    }

    // What it writes is where it waits; a table that it only reads FOR KEY SHARE is the parent of a foreign key.
    private RowPlace? LikelyPlace(OwnerId owner)
    {
        var written = _relations[owner].Where(entry => entry.Mode == LockMode.RowExclusive).Select(entry => entry.Tag).Distinct().ToArray();
        var used = written.Length > 0 ? written : [.. _relations[owner].Select(entry => entry.Tag).Distinct()];
        return used.Length == 1 ? new RowPlace(used[0].Database ?? 0, used[0].Relation!.Value, null) : null;
    }

    private static RowPlace PlaceOf(LockTag tuple) => new(tuple.Database ?? 0, tuple.Relation!.Value, tuple.Ctid);
}
