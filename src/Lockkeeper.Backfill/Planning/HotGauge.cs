namespace Lockkeeper.Backfill.Planning;

/// <summary>Watches whether stripes pay, and turns them off for a while when they do not.</summary>
/// <remarks>
/// While a snapshot older than the backfill is open anywhere in the database, no dead version can be pruned: stripes then cost about half as much
/// again and gain nothing. The first stripe of a group is not counted, because it meets pages that are still full.
/// </remarks>
internal sealed class HotGauge
{
    private const double LeastShare = 0.3;
    private const int FewestRows = 10_000;
    private const int GroupsWithout = 16;

    private long _rows;
    private long _hot;
    private int _without;

    /// <summary>Asked once for each group: whether it is to be filled in stripes.</summary>
    public bool UseStripes()
    {
        if (_without == 0)
        {
            return true;
        }

        _without--;
        return false;
    }

    /// <summary>Counts the rows of a stripe that is not a group's first.</summary>
    public void Filled(long rows, long hot)
    {
        _rows += rows;
        _hot += hot;
    }

    /// <summary>A group is done: looks whether its stripes paid.</summary>
    /// <returns>The share of HOT updates when stripes are turned off for it; otherwise nothing.</returns>
    public double? GroupDone()
    {
        if (_rows < FewestRows)
        {
            return null;
        }

        var share = (double)_hot / _rows;
        (_rows, _hot) = (0, 0);
        if (share >= LeastShare)
        {
            return null;
        }

        _without = GroupsWithout;
        return share;
    }
}
