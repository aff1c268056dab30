using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Ordering;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>Makes one row of rows with the same key, as the map's rule says.</summary>
internal sealed class Duplicates<T>(TableMap<T> map, int change, bool isCounter)
{
    /// <summary>The keys, each once, standing for the row that is written. A merged row takes the place of the last of its rows.</summary>
    public KeySet Remove(List<T> rows, KeySet keys)
    {
        // A counter's sums have each key once already.
        if (isCounter)
        {
            return keys;
        }

        HashSet<int>? dropped = null;
        for (var place = 1; place < keys.Count; place++)
        {
            if (keys.Repeats(place))
            {
                (dropped ??= []).Add(Drop(rows, Kept(keys, place - 1, dropped), keys.Row(place)));
            }
        }

        return dropped is null ? keys : keys.Where(row => !dropped.Contains(row));
    }

    // The one of the equal rows before a place that has not been dropped.
    private static int Kept(KeySet keys, int place, HashSet<int> dropped)
    {
        while (dropped.Contains(keys.Row(place)))
        {
            place--;
        }

        return keys.Row(place);
    }

    /// <summary>Decides between the row kept so far and a later one; returns the one that goes.</summary>
    private int Drop(List<T> rows, int kept, int later)
    {
        switch (map.Parts.Duplicates)
        {
            case DuplicateRule.First:
                return later;
            case DuplicateRule.Last:
                return kept;
            case DuplicateRule.Greatest:
                return map.GreatestBy!.Compare(rows[kept], rows[later]) > 0 ? later : kept;
            case DuplicateRule.Merge:
                rows[later] = map.MergeRows!(rows[kept], rows[later]);
                return kept;
            default:
                throw BulkWriteException.Duplicate(map.Table, change, later);
        }
    }
}
