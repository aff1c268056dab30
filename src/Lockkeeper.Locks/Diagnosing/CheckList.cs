using System.Collections.Immutable;
using Lockkeeper.Locks.Diagnosing.Checks;

namespace Lockkeeper.Locks.Diagnosing;

/// <summary>Every check, in the order in which equally bad ones are shown. A convention test misses none that has a file.</summary>
internal static class CheckList
{
    public static ImmutableArray<Check> All { get; } =
    [
        BlockedSessionsCheck.Create(),
        IdleBlockersCheck.Create(),
        SchemaChangeQueueCheck.Create(),
        QueueDepthCheck.Create(),
        IdleInTransactionCheck.Create(),
        LongTransactionsCheck.Create(),
        LongQueriesCheck.Create(),
        PreparedTransactionsCheck.Create(),
        ConnectionsCheck.Create(),
        DeadlocksCheck.Create(),
        LockTableCheck.Create(),
        LogLockWaitsCheck.Create(),
        LockTimeoutCheck.Create(),
        MissingForeignKeyIndexesCheck.Create(),
        InvalidIndexesCheck.Create(),
        UnusedIndexesCheck.Create(),
        DeadRowsCheck.Create(),
        BloatCheck.Create(),
        HitRateCheck.Create(),
        WraparoundCheck.Create(),
        StuckAntiWraparoundVacuumCheck.Create(),
        SequencesCheck.Create(),
        UnloggedTablesCheck.Create(),
        SchemaCountCheck.Create(),
        InactiveSlotsCheck.Create(),
        SnapshotAgeCheck.Create(),
        StandbyConflictsCheck.Create(),
        UnvalidatedConstraintsCheck.Create(),
    ];
}
