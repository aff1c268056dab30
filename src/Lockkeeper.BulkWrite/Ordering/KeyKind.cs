namespace Lockkeeper.BulkWrite.Ordering;

/// <summary>The kinds of column whose values have one order, the same in the client and on the server.</summary>
internal enum KeyKind
{
    /// <summary>smallint, integer, bigint.</summary>
    Integer,

    /// <summary>numeric.</summary>
    Numeric,

    /// <summary>text, character varying and enumerations: by the bytes of their UTF-8, as COLLATE "C" has it.</summary>
    Text,

    /// <summary>character(n): like text, and blanks at the end do not count.</summary>
    BlankPadded,

    /// <summary>bytea.</summary>
    Bytes,

    /// <summary>uuid: by its bytes as they are written, not as .NET compares or keeps them.</summary>
    Uuid,

    /// <summary>date.</summary>
    Date,

    /// <summary>timestamp with and without time zone, in microseconds.</summary>
    Timestamp,

    /// <summary>boolean.</summary>
    Boolean,
}
