namespace Lockkeeper.Locks.Graph;

/// <summary>What kind of thing is locked: the <c>locktype</c> of <c>pg_locks</c>.</summary>
public enum LockKind
{
    /// <summary>A table, an index, a sequence or another relation.</summary>
    Relation,

    /// <summary>The right to make a relation's file longer.</summary>
    Extend,

    /// <summary>The update of a database's horizons by VACUUM.</summary>
    FrozenId,

    /// <summary>A page of an index.</summary>
    Page,

    /// <summary>The place at the head of the queue for a row. Held only while its holder waits for the row itself.</summary>
    Tuple,

    /// <summary>A transaction: whoever waits for it waits for a row, or for a key, that it has changed.</summary>
    TransactionId,

    /// <summary>A transaction that may still read with an old snapshot; the CONCURRENTLY commands wait for it.</summary>
    VirtualXid,

    /// <summary>An INSERT ... ON CONFLICT that is not decided yet.</summary>
    SpeculativeToken,

    /// <summary>Something of the catalog that is no relation: a type, a function, a schema, a role.</summary>
    CatalogObject,

    /// <summary>A lock of the old contrib/userlock.</summary>
    UserLock,

    /// <summary>A lock whose meaning the application gives.</summary>
    Advisory,

    /// <summary>A remote transaction that a subscription is applying.</summary>
    ApplyTransaction,

    /// <summary>A kind that this version of the library does not know.</summary>
    Unknown,
}
