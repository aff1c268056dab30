using System.Globalization;
using System.Text.RegularExpressions;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Tracing;

/// <summary>A row that a record of the server's log says was locked or changed.</summary>
/// <param name="Database">The OID of its database.</param>
/// <param name="File">The number of its table's file.</param>
/// <param name="Block">Its block.</param>
/// <param name="Offset">Its place in the block.</param>
/// <param name="Strength">How strongly it was locked.</param>
/// <param name="Changed">Whether it was updated or deleted.</param>
internal sealed partial record WalRow(uint Database, long File, long Block, int Offset, RowLock Strength, bool Changed)
{
    /// <summary>Reads a record of the kinds Heap and Heap2; null where it has another form.</summary>
    /// <remarks>
    /// 15 writes <c>off 2: xid 789: flags 0x00 LOCK_ONLY EXCL_LOCK</c>, 16 and later <c>xmax: 803, off: 2, infobits: [LOCK_ONLY, EXCL_LOCK]</c>.
    /// An update's words on the new version follow <c>new off</c> or <c>new_xmax</c>. Which bits mean which strength: compute_infobits in heapam.c.
    /// </remarks>
    public static WalRow? Read(string recordType, string description, string blocks)
    {
        var old = description.Split(["new off", "new_xmax"], StringSplitOptions.None)[0];
        var offset = OffsetRegex().Match(old);

        // Where the new version went to another block, that is the first, and the old one the last.
        var block = BlockRegex().Matches(blocks).LastOrDefault();
        if (!offset.Success || block is null)
        {
            return null;
        }

        var changed = !recordType.StartsWith("LOCK", StringComparison.Ordinal);
        return new WalRow(
            uint.Parse(block.Groups["database"].Value, CultureInfo.InvariantCulture),
            long.Parse(block.Groups["file"].Value, CultureInfo.InvariantCulture),
            long.Parse(block.Groups["block"].Value, CultureInfo.InvariantCulture),
            int.Parse(offset.Groups[1].Value, CultureInfo.InvariantCulture),
            recordType == "DELETE" ? RowLock.Update : StrengthOf(old, changed),
            changed);
    }

    private static RowLock StrengthOf(string bits, bool changed)
    {
        return (Has("KEYS_UPDATED"), Has("KEYSHR_LOCK"), Has("EXCL_LOCK")) switch
        {
            (true, _, _) => RowLock.Update,
            (_, true, true) when !changed => RowLock.Share,
            (_, true, false) when !changed => RowLock.KeyShare,
            _ => RowLock.NoKeyUpdate,
        };

        bool Has(string bit) => bits.Contains(bit, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\b(?:old_)?off:? (\d+)")]
    private static partial Regex OffsetRegex();

    [GeneratedRegex(@"rel \d+/(?<database>\d+)/(?<file>\d+)(?: fork \w+)? blk (?<block>\d+)")]
    private static partial Regex BlockRegex();
}
