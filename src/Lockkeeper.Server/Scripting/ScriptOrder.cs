using System.Collections.Immutable;

namespace Lockkeeper.Server.Scripting;

/// <summary>Puts the parts of a script into an order in which each finds what it needs.</summary>
internal static class ScriptOrder
{
    /// <summary>The parts in order; of those that could come next, the one of the lowest rank and then of the first name.</summary>
    /// <param name="items">The parts.</param>
    /// <param name="needs">Pairs of a part and what must come before it.</param>
    /// <param name="inCircles">The parts that need each other in a circle; they come last, by rank.</param>
    public static ImmutableArray<ScriptItem> Of(
        IReadOnlyCollection<ScriptItem> items, IEnumerable<(string Key, string Needs)> needs, out ImmutableArray<ScriptItem> inCircles)
    {
        var known = items.ToDictionary(item => item.Key, StringComparer.Ordinal);
        var waiting = known.Keys.ToDictionary(key => key, _ => new HashSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        var followers = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (key, need) in needs.Where(pair => pair.Key != pair.Needs && known.ContainsKey(pair.Key) && known.ContainsKey(pair.Needs)))
        {
            if (waiting[key].Add(need))
            {
                (followers.TryGetValue(need, out var list) ? list : followers[need] = []).Add(key);
            }
        }

        var ready = new SortedSet<ScriptItem>(items.Where(item => waiting[item.Key].Count == 0), Comparer<ScriptItem>.Create(Compare));
        var order = ImmutableArray.CreateBuilder<ScriptItem>();
        while (ready.Min is { } next)
        {
            ready.Remove(next);
            order.Add(next);
            waiting.Remove(next.Key);
            foreach (var follower in followers.GetValueOrDefault(next.Key, []))
            {
                if (waiting[follower].Remove(next.Key) && waiting[follower].Count == 0)
                {
                    ready.Add(known[follower]);
                }
            }
        }

        inCircles = [.. waiting.Keys.Select(key => known[key]).Order(Comparer<ScriptItem>.Create(Compare))];
        return [.. order, .. inCircles];
    }

    private static int Compare(ScriptItem? left, ScriptItem? right) => left!.Rank != right!.Rank
        ? left.Rank.CompareTo(right.Rank)
        : string.CompareOrdinal(left.Name, right.Name) is not 0 and var byName ? byName : string.CompareOrdinal(left.Key, right.Key);
}
