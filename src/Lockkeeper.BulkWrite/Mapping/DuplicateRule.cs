namespace Lockkeeper.BulkWrite.Mapping;

/// <summary>What becomes of rows of one input that have the same key.</summary>
public enum DuplicateRule
{
    /// <summary>Nothing is written; the exception names the row. What holds unless told otherwise: a silent pick hides a mistake.</summary>
    Refuse,

    /// <summary>The last one counts.</summary>
    Last,

    /// <summary>The first one counts.</summary>
    First,

    /// <summary>The one with the greatest value of a column counts; the last of several.</summary>
    Greatest,

    /// <summary>They are merged, two at a time, in the order of the input.</summary>
    Merge,
}
