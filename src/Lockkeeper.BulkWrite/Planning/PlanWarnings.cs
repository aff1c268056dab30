using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Reading;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>What a plan cannot promise of a table, and says.</summary>
internal static class PlanWarnings
{
    public static IEnumerable<string> Of(TableWork work, Catalog catalog)
    {
        if (work.Facts.OrderKey.IsEmpty)
        {
            yield return "it has no unique key, so its rows have no order and are not locked beforehand";
        }

        if (!work.Changes.IsEmpty && !work.Changes.Any(change => change.Map.Parts.TriggersUpdateParents))
        {
            foreach (var trigger in work.Facts.Triggers)
            {
                yield return $"the trigger {trigger} runs when its rows are written; what that locks is not in this plan{(catalog.Follows.Count > 0 ? ", and what it writes is not counted" : "")}";
            }
        }

        foreach (var (need, followed) in work.Needs.Where(need => need.IsBelow).SelectMany(need => catalog.Follows[work.Facts.Name].Select(followed => (need, followed))))
        {
            if (IsMissed(need.Path[^1], followed))
            {
                yield return $"rows of it go or change with those deleted from {need.Origin.Map.Table}, and {followed.Counter.Column} of {followed.Counter.Table}, "
                    + "which counts them, is not told: let a CounterReconciler run afterwards, or delete them in the unit";
            }
        }
    }

    // Where the row that counts is the one that goes, nobody asks for its number any more.
    private static bool IsMissed(Reference reference, Followed followed)
    {
        var isOwn = reference.Parent == followed.Counter.Table && reference.Columns is [var column] && column == followed.Column
            && reference.ParentColumns[0] == followed.Counter.Key;
        return reference.OnDelete switch
        {
            'c' => !isOwn,
            'n' => !isOwn && (!followed.Truth.IsPlain || reference.Columns.Contains(followed.Column)),
            'd' => !followed.Truth.IsPlain || reference.Columns.Contains(followed.Column),
            _ => false,
        };
    }
}
