namespace Lockkeeper.Model.Locking;

/// <summary>What a held lock keeps others from doing, in words.</summary>
public static class BlockedStatements
{
    /// <summary>Names the everyday statements that wait while the mode is held; derived from the conflict table.</summary>
    /// <param name="held">The mode that is held.</param>
    public static string Describe(this LockMode held) => held switch
    {
        _ when held.ConflictsWith(LockMode.AccessShare) => "reads and writes",
        _ when held.ConflictsWith(LockMode.RowShare) => "writes and SELECT FOR UPDATE",
        _ when held.ConflictsWith(LockMode.RowExclusive) => "writes",
        _ when held.ConflictsWith(LockMode.ShareUpdateExclusive) => "only schema changes and VACUUM",
        _ when held.ConflictsWith(LockMode.AccessExclusive) => "only other schema changes",
        _ => "nothing",
    };
}
