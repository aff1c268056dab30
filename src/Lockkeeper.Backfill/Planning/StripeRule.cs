namespace Lockkeeper.Backfill.Planning;

/// <summary>In how many stripes a leaf's rows are filled, so that most updates find room on their own page and touch no index (HOT).</summary>
/// <remarks>
/// <para>
/// A full page has no room for a row's new version, so a pass over all of its rows moves all of them: the table doubles, and each index gets a second
/// entry for each row. But once the rows of one stripe have left and their transaction is over, the page can be pruned, and the next stripe's new
/// versions fit where the old ones were. Of S stripes the first moves; the others mostly stay.
/// </para>
/// <para>
/// More stripes leave the table smaller and cost more passes. By the figures of docs/how-it-works/backfill.md, "How many stripes": beyond 8 with one index, 12 with
/// four or more, and 4 with 8 rows on a page, the table becomes smaller by 8 % at most, and the time longer. With many indexes each row that moves is dearer.
/// Where pages have room of their own, <see cref="RoomGauge"/> takes fewer.
/// </para>
/// </remarks>
internal static class StripeRule
{
    private const int Usual = 8;
    private const int ForManyIndexes = 12;
    private const int ManyIndexes = 4;
    private const double FewestRowsPerStripe = 2;

    /// <summary>How many stripes; 1 means one pass over all rows.</summary>
    /// <param name="indexes">The leaf's indexes, its key's included.</param>
    /// <param name="rowsPerBlock">Its rows per block, if known.</param>
    public static int For(int indexes, double? rowsPerBlock)
    {
        var stripes = indexes >= ManyIndexes ? ForManyIndexes : Usual;

        // With a single row for each stripe and block, a pass frees no more than the next one needs for it alone.
        return rowsPerBlock is { } rows ? (int)Math.Clamp(Math.Round(rows / FewestRowsPerStripe, MidpointRounding.AwayFromZero), 1, stripes) : stripes;
    }
}
