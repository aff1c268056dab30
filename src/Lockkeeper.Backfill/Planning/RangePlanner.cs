using System.Collections.Immutable;

namespace Lockkeeper.Backfill.Planning;

/// <summary>Decides which leaves to plan and how to cut them into ranges. Pure; whoever calls it has read the server.</summary>
internal static class RangePlanner
{
    /// <summary>Keeps the state of a 10 TB table at 256 rows; its last range is then 0.4 % of the work.</summary>
    public const int MostRangesPerLeaf = 256;

    /// <summary>8 MB: several chunks, so that claiming costs nothing, and short enough for the workers to end together.</summary>
    public const int FewestBlocksPerRange = 1024;

    /// <summary>
    /// 1 MB: a range with less left is not worth another worker. Its rows may still take minutes where the expression is slow, so it is not much more.
    /// </summary>
    public const long FewestBlocksToSplit = 128;

    /// <summary>How many workers find something to do: a range each, or part of one.</summary>
    public static int WorkersFor(int wanted, long rangesLeft, long blocksLeft) =>
        (int)Math.Clamp(Math.Max(rangesLeft, blocksLeft / FewestBlocksToSplit), 1, wanted);

    public static LeafChanges Compare(ImmutableArray<Leaf> now, ImmutableArray<PlannedLeaf> planned)
    {
        var filenodes = planned.ToDictionary(leaf => leaf.Oid, leaf => leaf.Filenode);
        var current = now.ToDictionary(leaf => leaf.Oid, leaf => leaf.Filenode);
        var missing = now
            .Where(leaf => !filenodes.TryGetValue(leaf.Oid, out var filenode) || filenode != leaf.Filenode)
            .ToImmutableArray();
        var obsolete = planned
            .Where(leaf => !current.TryGetValue(leaf.Oid, out var filenode) || filenode != leaf.Filenode)
            .Select(leaf => leaf.Oid)
            .ToImmutableArray();
        return new LeafChanges(obsolete, missing, missing.Count(leaf => filenodes.ContainsKey(leaf.Oid)));
    }

    /// <summary>Cuts a leaf of the given length. An empty leaf gets one empty range, which records that it was looked at.</summary>
    public static IEnumerable<BlockRange> Split(Leaf leaf, long blocks)
    {
        if (blocks == 0)
        {
            yield return new BlockRange(leaf, 0, 0);
        }

        var size = Math.Max(FewestBlocksPerRange, (blocks + MostRangesPerLeaf - 1) / MostRangesPerLeaf);
        for (long first = 0; first < blocks; first += size)
        {
            yield return new BlockRange(leaf, first, Math.Min(first + size, blocks));
        }
    }
}
