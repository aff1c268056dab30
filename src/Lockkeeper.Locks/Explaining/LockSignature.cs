namespace Lockkeeper.Locks.Explaining;

/// <summary>What a queue is, told from its shape.</summary>
public enum LockSignature
{
    /// <summary>Sessions change one row, one at a time.</summary>
    HotRow,

    /// <summary>Somebody wants a row for itself and is passed again and again by those who share it.</summary>
    StarvedByShareLocks,

    /// <summary>INSERTs wait to see whether another transaction's row with the same key will stay.</summary>
    SameKey,

    /// <summary>A schema change waits for a table, and everybody else waits behind it.</summary>
    DdlQueue,

    /// <summary>Somebody holds a table in a mode that keeps others away.</summary>
    TableLock,

    /// <summary>A CONCURRENTLY command waits for a transaction that may still read with an old snapshot.</summary>
    OldSnapshot,

    /// <summary>A lock whose meaning the application gives.</summary>
    Advisory,

    /// <summary>Schema changes or GRANTs meet at one object or row of the catalog.</summary>
    CatalogConflict,

    /// <summary>Upserts of one key meet.</summary>
    SpeculativeInsert,

    /// <summary>Bulk inserts make one table longer.</summary>
    Extension,

    /// <summary>On a standby, the replay of the primary's log waits for somebody who reads.</summary>
    StandbyReplay,

    /// <summary>Sessions wait in a ring; the server is about to end it.</summary>
    Ring,

    /// <summary>None of these.</summary>
    Other,
}
