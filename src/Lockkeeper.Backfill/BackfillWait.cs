using Lockkeeper.Model.Naming;

namespace Lockkeeper.Backfill;

/// <summary>A session whose lock the backfill waits for, holding nothing itself.</summary>
/// <param name="Table">The leaf on which the lock lies.</param>
/// <param name="Backend">The session's process id; 0 is a prepared transaction.</param>
/// <param name="ApplicationName">Its application name, empty if it gave none or may not be seen.</param>
/// <param name="State">Its state in the server's words, such as <c>idle in transaction</c>.</param>
/// <param name="TransactionAge">How long its transaction has been open.</param>
public sealed record BackfillWait(
    TableName Table, int Backend, string ApplicationName, string State, TimeSpan TransactionAge)
{
    /// <summary>The wait in one sentence.</summary>
    public override string ToString() =>
        $"waits for a lock on {Table} held by backend {Backend} (\"{ApplicationName}\", {State}, transaction open for {TransactionAge:hh\\:mm\\:ss})";
}
