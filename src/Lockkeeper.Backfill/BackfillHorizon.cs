namespace Lockkeeper.Backfill;

/// <summary>Somebody whose old snapshot or transaction keeps the server from removing dead row versions.</summary>
/// <param name="Kind">What it is: <c>session</c>, <c>standby</c>, <c>replication slot</c> or <c>prepared transaction</c>.</param>
/// <param name="Backend">The process id of the session or of the standby's sender; 0 where there is none.</param>
/// <param name="Name">The application name, the slot's name or the prepared transaction's identifier.</param>
/// <param name="State">A session's state in the server's words; empty for others.</param>
/// <param name="TransactionAge">How long a transaction has been open; null where the server does not say.</param>
public sealed record BackfillHorizon(string Kind, int Backend, string Name, string State, TimeSpan? TransactionAge)
{
    /// <summary>Who it is, in words.</summary>
    public override string ToString()
    {
        var backend = Backend == 0 ? "" : $" {Backend}";
        var state = State.Length == 0 ? "" : $", {State}";
        var age = TransactionAge is { } open ? $", transaction open for {open:hh\\:mm\\:ss}" : "";
        return $"{Kind}{backend} (\"{Name}\"{state}{age})";
    }
}
