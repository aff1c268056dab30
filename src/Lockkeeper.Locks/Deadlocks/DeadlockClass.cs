namespace Lockkeeper.Locks.Deadlocks;

/// <summary>What kind of ring it was.</summary>
public enum DeadlockClass
{
    /// <summary>Two transactions changed the same rows in opposite orders.</summary>
    OppositeRows,

    /// <summary>One statement, run by several, met the same rows in different orders.</summary>
    SameStatement,

    /// <summary>Several shared one row and then all wanted to change it.</summary>
    SharedRowUpgrade,

    /// <summary>Keys that must be unique were inserted in opposite orders.</summary>
    UniqueKeys,

    /// <summary>A queue for a hot row and another row.</summary>
    HotRow,

    /// <summary>Several held one table weakly and then all wanted it more strongly.</summary>
    TableUpgrade,

    /// <summary>Tables were locked in opposite orders, usually by a schema change and by clients.</summary>
    Tables,

    /// <summary>Advisory locks were taken in opposite orders.</summary>
    Advisory,

    /// <summary>A CONCURRENTLY command waited for a snapshot.</summary>
    Snapshot,

    /// <summary>One of them is a process of the server's own: autovacuum, or a worker that applies a subscription.</summary>
    BackgroundProcess,

    /// <summary>None of these.</summary>
    Other,
}
