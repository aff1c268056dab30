namespace Lockkeeper.BulkWrite;

/// <summary>The four row lock modes, weakest first (PostgreSQL manual, 13.3.2).</summary>
public enum RowLock
{
    /// <summary>FOR KEY SHARE: the row stays, and so does its key. What a foreign key takes on the row that it references.</summary>
    KeyShare,

    /// <summary>FOR SHARE: the row stays as it is.</summary>
    Share,

    /// <summary>FOR NO KEY UPDATE: for writing columns that no key has. Rows of other tables may still begin to reference it.</summary>
    NoKeyUpdate,

    /// <summary>FOR UPDATE: for deleting the row or writing its keys.</summary>
    Update,
}
