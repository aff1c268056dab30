namespace Lockkeeper.BulkWrite.Counters;

/// <summary>Where a counter is kept. Changing it does not change the code that counts.</summary>
public enum CounterKind
{
    /// <summary>A column of the row that counts. Exact to every reader; writers of one row queue behind each other until they commit.</summary>
    Column,

    /// <summary>Several rows for each that counts, one for each group of sessions. Its value is their sum; writers hardly ever meet.</summary>
    Slots,

    /// <summary>A row for each change, gathered into the column by <see cref="CounterRollUp"/>. Its value is the column and what is not gathered yet; writers never meet.</summary>
    Deltas,
}
