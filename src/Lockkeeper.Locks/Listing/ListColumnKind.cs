namespace Lockkeeper.Locks.Listing;

/// <summary>What the values of a column are, so that they can be shown as a person reads them.</summary>
public enum ListColumnKind
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>A size in bytes.</summary>
    Bytes,

    /// <summary>A time in milliseconds.</summary>
    Milliseconds,

    /// <summary>A share in percent.</summary>
    Percent,

    /// <summary>A statement: long, and of several lines perhaps.</summary>
    Query,
}
