namespace Lockkeeper.Backfill.Planning;

/// <summary>Watches how much room a leaf's pages have of their own: where it is enough, fewer stripes do, and at last one pass.</summary>
/// <remarks>
/// The first stripe of a block meets the page as it was. If nearly all of its new versions fit there all the same, then so would those of a stripe
/// twice as large, perhaps; that is tried with the next group, and taken back where they do not. The server keeps no number of this that is right
/// for every part of a table, and here none is needed.
/// </remarks>
internal sealed class RoomGauge
{
    // High, because what the first stripe cannot place the others cannot either: when 85 % was enough, narrow rows on pages with 30 % of room were filled
    // in two stripes and the table became 1.23 times as large; with four it becomes 1.03 times.
    private const double Enough = 0.98;
    private const double TooLittle = 0.95;
    private const int FewestRows = 500;
    private const int GroupsUntilNextTry = 32;

    private uint _leaf;
    private int _halvings;
    private int _groupsToWait;
    private long _rows;
    private long _hot;

    /// <summary>The share of HOT updates by which the number of stripes was last made smaller; nothing while it is whole.</summary>
    public double? Share { get; private set; }

    /// <summary>Whether the number that was given last is only being tried: then the group should be a small one, for should its rows find no room, they move.</summary>
    public bool IsTrial { get; private set; }

    /// <summary>Asked once for each group: how many of the wanted stripes are needed.</summary>
    public int Of(uint leaf, int wanted)
    {
        if (leaf != _leaf)
        {
            (_leaf, _halvings, _groupsToWait, _rows, _hot, Share, IsTrial) = (leaf, 0, 0, 0, 0, null, false);
        }

        Judge(wanted);
        return Math.Max(1, wanted >> _halvings);
    }

    /// <summary>Counts the rows of a group's first stripe, or of a pass over all of its rows.</summary>
    public void Filled(long rows, long hot)
    {
        _rows += rows;
        _hot += hot;
    }

    private void Judge(int wanted)
    {
        _groupsToWait = Math.Max(0, _groupsToWait - 1);
        if (_rows < FewestRows)
        {
            return;
        }

        var share = (double)_hot / _rows;
        (_rows, _hot, IsTrial) = (0, 0, false);
        if (share < TooLittle && _halvings > 0)
        {
            _halvings--;
            _groupsToWait = GroupsUntilNextTry;
        }
        else if (share >= Enough && _groupsToWait == 0 && wanted >> _halvings > 1)
        {
            _halvings++;
            IsTrial = true;
        }

        Share = _halvings == 0 ? null : share;
    }
}
