namespace Lockkeeper.BulkWrite.Planning;

/// <summary>How a table's rows come to be locked in one order.</summary>
public enum Protection
{
    /// <summary>One statement inserts in key order, and meets every row that is there in the same order.</summary>
    SingleOrderedPass,

    /// <summary>Rows that are there are locked in key order, then written.</summary>
    OrderedRowLocks,

    /// <summary>Gates first, for keys that are not there yet cannot be locked as rows; then the rows that are there, in key order; then the writes.</summary>
    GatesAndRowLocks,
}
