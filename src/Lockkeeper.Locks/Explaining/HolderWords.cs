using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Explaining;

/// <summary>What a lock's holder is doing, and how to make it let go.</summary>
internal static class HolderWords
{
    public static string Name(LockOwner owner) => owner.Id.IsPrepared
        ? $"The prepared transaction {owner.PreparedName ?? owner.Id.PreparedXid.ToString(System.Globalization.CultureInfo.InvariantCulture)}"
        : owner.BackendType switch
        {
            "autovacuum worker" => $"Autovacuum (process {owner.Id})",
            "startup" => "The replay of the primary's log",
            "walsender" => $"The WAL sender {owner.Id}",
            _ => $"Session {owner.Id}",
        };

    /// <summary>What it does now, in a sentence.</summary>
    public static string Doing(Holder holder)
    {
        var owner = holder.Owner;
        var name = Name(owner);
        return owner switch
        {
            _ when owner.Id.IsPrepared =>
                $"{name} was prepared {Ages.Of(owner.TransactionAge)} ago by {owner.User ?? "an unknown role"} and belongs to no session: it stays until somebody decides it.",
            _ when holder.Waits => $"{name} holds it and waits itself.",
            { IsIdleInTransaction: true } =>
                $"{name} has been idle in a transaction for {Ages.Of(owner.StateAge)}; the transaction is {Ages.Of(owner.TransactionAge)} old.",
            { State: "active" } =>
                $"{name} has been running its statement for {Ages.Of(owner.QueryAge)}; the transaction is {Ages.Of(owner.TransactionAge)} old.",
            { State: "idle" } => $"{name} is idle and keeps the lock for its session, not for a transaction.",
            { State: null, BackendType: "client backend" or null } => $"{name} holds it; what it does is hidden from this role.",
            _ => $"{name} holds it ({owner.State ?? owner.BackendType}).",
        };
    }

    /// <summary>What makes it let go.</summary>
    public static string Release(Holder holder)
    {
        var owner = holder.Owner;
        return owner switch
        {
            _ when owner.Id.IsPrepared =>
                $"Decide it in database {owner.Database}: COMMIT PREPARED '{Quoted(owner)}' or ROLLBACK PREPARED '{Quoted(owner)}'.",
            _ when holder.Waits => $"Session {owner.Id} goes on when what it waits for itself is free.",
            { BackendType: "startup" } => "It ends when the primary's transaction is replayed; max_standby_streaming_delay bounds how long it waits for queries here.",
            { BackendType: "autovacuum worker" } when owner.Query?.Contains("to prevent wraparound", StringComparison.Ordinal) == true =>
                "Let it end: it prevents wraparound and would begin again at once.",
            { BackendType: "autovacuum worker" } => "The server cancels autovacuum by itself once somebody has waited for deadlock_timeout.",
            { IsIdleInTransaction: true } => $"If nobody is coming back to it, end it: lockkeeper terminate {owner.Id}",
            { State: "idle" } => $"Its session has to unlock it, or to end: lockkeeper terminate {owner.Id}",
            _ => $"Wait for it, or cancel its statement: lockkeeper cancel {owner.Id}",
        };
    }

    private static string Quoted(LockOwner owner) => (owner.PreparedName ?? "").Replace("'", "''", StringComparison.Ordinal);
}
