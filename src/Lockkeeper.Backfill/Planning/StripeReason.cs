using System.Globalization;

namespace Lockkeeper.Backfill.Planning;

/// <summary>Says in words why so many stripes were chosen, for progress and report.</summary>
internal static class StripeReason
{
    /// <summary>The reason while stripes are in use, or need not be.</summary>
    /// <param name="stripes">How many there are.</param>
    /// <param name="wanted">How many full pages would need.</param>
    /// <param name="indexes">The leaf's indexes.</param>
    /// <param name="rowsPerBlock">Its rows per block, if known.</param>
    /// <param name="room">The share of HOT updates for which there are fewer than wanted.</param>
    public static BackfillStripes Of(int stripes, int wanted, int indexes, double? rowsPerBlock, double? room)
    {
        var rows = rowsPerBlock is { } known ? Text($"{known:0} rows to a page") : "the table was never analysed";
        return new BackfillStripes(
            stripes,
            stripes < wanted ? Text($"the pages have room: {room ?? 0:P0} of the first rows of each stay on it")
            : stripes == 1 ? Text($"{rows}: too few to fill some first and others later")
            : Text($"{indexes} {(indexes == 1 ? "index" : "indexes")}, {rows}"));
    }

    /// <summary>The reason while stripes would gain nothing.</summary>
    /// <param name="share">The share of HOT updates that was measured last.</param>
    /// <param name="heldBackBy">Who keeps dead versions from being removed, if that is known.</param>
    public static BackfillStripes NotNow(double share, BackfillHorizon? heldBackBy) => new(
        1,
        Text($"only {share:P0} of the updates were HOT, because dead row versions may not be removed: the horizon is held back by {heldBackBy?.ToString() ?? "somebody whom this role may not see"}"))
    {
        HeldBackBy = heldBackBy,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
