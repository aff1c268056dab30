namespace Lockkeeper.Locks.Graph;

/// <summary>Who holds or awaits a lock: a process of the server, or a prepared transaction, which has none.</summary>
/// <param name="Pid">The process number; 0 for a prepared transaction.</param>
/// <param name="PreparedXid">The transaction that was prepared; 0 for a process.</param>
public readonly record struct OwnerId(int Pid, uint PreparedXid)
{
    /// <summary>Whether it is a prepared transaction.</summary>
    public bool IsPrepared => Pid == 0;

    /// <inheritdoc/>
    public override string ToString() => IsPrepared
        ? FormattableString.Invariant($"prepared transaction {PreparedXid}")
        : FormattableString.Invariant($"{Pid}");
}
