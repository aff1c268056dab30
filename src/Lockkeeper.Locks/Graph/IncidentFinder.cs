using System.Collections.Immutable;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Graph;

/// <summary>Puts queues together to incidents: each begins at those who hold and wait for nobody.</summary>
internal sealed class IncidentFinder
{
    private readonly Observation _observation;
    private readonly ImmutableArray<QueueDraft> _drafts;
    private readonly HashSet<OwnerId> _waiting;
    private readonly ILookup<OwnerId, QueueDraft> _hanging;
    private readonly HashSet<QueueDraft> _shown = [];

    private IncidentFinder(Observation observation, ImmutableArray<QueueDraft> drafts)
    {
        _observation = observation;
        _drafts = drafts;
        _waiting = [.. drafts.SelectMany(draft => draft.Waiting).Select(waiting => waiting.Request.Owner)];
        _hanging = drafts.Where(draft => !IsTop(draft)).SelectMany(draft => draft.Holders.Select(holder => (Holder: holder, Draft: draft)))
            .ToLookup(held => held.Holder, held => held.Draft);
    }

    /// <summary>All incidents, that with the most waiters first.</summary>
    public static ImmutableArray<Incident> Find(Observation observation)
    {
        var drafts = new RowQueues(observation, LockGraph.Of(observation)).Find();
        return new IncidentFinder(observation, drafts).Find();
    }

    private ImmutableArray<Incident> Find() =>
    [
        .. Components().Select(IncidentOf)
            .OrderByDescending(incident => incident.Depth).ThenByDescending(incident => incident.LongestWait),
    ];

    private Incident IncidentOf(IReadOnlyList<QueueDraft> drafts)
    {
        var tops = drafts.Where(IsTop).ToArray();
        var rings = drafts.Where(draft => tops.Length == 0).Take(1).ToArray();
        return new Incident { Queues = [.. tops.Concat(rings).Where(_shown.Add).Select(QueueOf)], IsRing = tops.Length == 0 };
    }

    // Nobody holds it who will not wait for somebody else first.
    private bool IsTop(QueueDraft draft) => !draft.Holders.Any() || draft.Holders.Any(holder => !_waiting.Contains(holder));

    private LockQueue QueueOf(QueueDraft draft) => new()
    {
        Tag = draft.Line.Tag,
        Row = draft.Row,
        Holders =
        [
            .. draft.Line.Held.GroupBy(entry => entry.Owner)
                .Select(held => new Holder(_observation.OwnerOf(held.Key), held.Max(entry => entry.Mode), _waiting.Contains(held.Key)))
                .OrderByDescending(holder => holder.Owner.TransactionAge ?? TimeSpan.Zero),
        ],
        Waiters = [.. draft.Waiting.Select((_, place) => WaiterOf(draft, place))],
    };

    private Waiter WaiterOf(QueueDraft draft, int place)
    {
        var (request, strength) = draft.Waiting[place];
        var owner = _observation.OwnerOf(request.Owner);
        var isForRow = request.Tag.Kind is LockKind.TransactionId or LockKind.Tuple;
        var holds = draft.Line.Tag == request.Tag
            && draft.Line.Held.Any(held => held.Mode.ConflictsWith(request.Mode) && held.Owner != request.Owner);
        return new Waiter
        {
            Owner = owner,
            Mode = request.Mode,
            RowLock = strength,
            Waited = (isForRow ? owner.QueryAge ?? request.Waited : request.Waited ?? owner.QueryAge) ?? TimeSpan.Zero,
            CurrentWait = request.Waited,
            IsBlockedByHolder = holds,
            Behind = holds ? null : NearestInTheWay(draft, place),
            Holds = [.. _hanging[owner.Id].Where(_shown.Add).Select(QueueOf)],
        };
    }

    private static OwnerId? NearestInTheWay(QueueDraft draft, int place)
    {
        var request = draft.Waiting[place].Request;
        for (var earlier = place - 1; earlier >= 0; earlier--)
        {
            // The head of a row's queue waits for another lock, and holds the one that those behind it wait for.
            var (other, _) = draft.Waiting[earlier];
            if (other.Tag != request.Tag || other.Mode.ConflictsWith(request.Mode))
            {
                return other.Owner;
            }
        }

        return null;
    }

    // Queues hang together where somebody is in both.
    private IEnumerable<IReadOnlyList<QueueDraft>> Components()
    {
        var rest = _drafts.ToList();
        while (rest.Count > 0)
        {
            var component = new List<QueueDraft> { rest[0] };
            rest.RemoveAt(0);
            var people = component[0].Everybody.ToHashSet();
            for (var grown = true; grown;)
            {
                var next = rest.Where(draft => draft.Everybody.Any(people.Contains)).ToArray();
                component.AddRange(next);
                people.UnionWith(next.SelectMany(draft => draft.Everybody));
                rest.RemoveAll(next.Contains);
                grown = next.Length > 0;
            }

            yield return component;
        }
    }
}
