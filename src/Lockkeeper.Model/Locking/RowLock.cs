namespace Lockkeeper.Model.Locking;

/// <summary>The four strengths in which a row can be locked, weakest first.</summary>
public enum RowLock
{
    /// <summary>Taken on the parent row by inserting or changing a row that references it.</summary>
    KeyShare,

    /// <summary>Taken by SELECT ... FOR SHARE.</summary>
    Share,

    /// <summary>Taken by an UPDATE that leaves the key alone.</summary>
    NoKeyUpdate,

    /// <summary>Taken by DELETE, by an UPDATE of a key, and by SELECT ... FOR UPDATE.</summary>
    Update,
}
