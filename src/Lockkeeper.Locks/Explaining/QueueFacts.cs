using Lockkeeper.Locks.Graph;
using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Locks.Explaining;

/// <summary>A queue with what is needed to say what it is.</summary>
/// <param name="queue">The queue.</param>
/// <param name="isRing">Whether its incident is a ring.</param>
/// <param name="observation">What was read.</param>
/// <param name="subjects">The names of things.</param>
internal sealed class QueueFacts(LockQueue queue, bool isRing, Observation observation, Subjects subjects)
{
    public LockQueue Queue => queue;

    public bool IsRing => isRing;

    public Observation Observation => observation;

    public LockKind Kind => queue.Tag.Kind;

    public bool IsForRow => queue.Row is not null || Kind is LockKind.TransactionId or LockKind.Tuple;

    public string Subject => subjects.Of(queue);

    public string Table => subjects.TableOf(queue);

    public FoundRow? Row => subjects.RowOf(queue);

    public Waiter First => queue.Waiters[0];

    public bool IsCatalog => queue.Row is { } place && observation.Relations.TryGetValue(place.Relation, out var relation) && relation.IsCatalog;

    public string Sessions => queue.Waiters.Length == 1 ? "1 session waits" : $"{queue.Waiters.Length} sessions wait";
}
