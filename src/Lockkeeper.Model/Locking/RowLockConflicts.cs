namespace Lockkeeper.Model.Locking;

/// <summary>Which row locks cannot be held on one row at once, and how a waiter for one shows in <c>pg_locks</c>.</summary>
public static class RowLockConflicts
{
    // Row m has bit n set when m conflicts with n. Source: table 13.3 of the PostgreSQL manual.
    private static readonly byte[] Rows =
    [
        0b1000, // KeyShare
        0b1100, // Share
        0b1110, // NoKeyUpdate
        0b1111, // Update
    ];

    /// <summary>Says whether a request for one strength waits while another transaction holds the other.</summary>
    /// <param name="held">The strength another transaction holds.</param>
    /// <param name="requested">The strength asked for.</param>
    public static bool ConflictsWith(this RowLock held, RowLock requested) => (Rows[(int)held] >> (int)requested & 1) == 1;

    /// <summary>The mode of the <c>tuple</c> lock by which a waiter for this strength queues.</summary>
    /// <param name="strength">The strength asked for.</param>
    /// <remarks>Source: tupleLockExtraInfo in heapam.c, the same from 14 to 18.</remarks>
    public static LockMode QueuesAs(this RowLock strength) => strength switch
    {
        RowLock.KeyShare => LockMode.AccessShare,
        RowLock.Share => LockMode.RowShare,
        RowLock.NoKeyUpdate => LockMode.Exclusive,
        _ => LockMode.AccessExclusive,
    };

    /// <summary>What a waiter wants that queues by a <c>tuple</c> lock of this mode; null where none does.</summary>
    /// <param name="tupleMode">The mode that <c>pg_locks</c> shows.</param>
    public static RowLock? WantedBy(LockMode tupleMode) => tupleMode switch
    {
        LockMode.AccessShare => RowLock.KeyShare,
        LockMode.RowShare => RowLock.Share,
        LockMode.Exclusive => RowLock.NoKeyUpdate,
        LockMode.AccessExclusive => RowLock.Update,
        _ => null,
    };

    /// <summary>The clause of SELECT that takes it.</summary>
    /// <param name="strength">The strength.</param>
    public static string InWords(this RowLock strength) => strength switch
    {
        RowLock.KeyShare => "FOR KEY SHARE",
        RowLock.Share => "FOR SHARE",
        RowLock.NoKeyUpdate => "FOR NO KEY UPDATE",
        _ => "FOR UPDATE",
    };
}
