using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>Somebody wants a row for itself and is passed by those who share it.</summary>
/// <remarks>
/// Who is first in a row's queue holds its <c>tuple</c> lock, and nobody who conflicts with it gets past. A holder whose transaction began after
/// that wait did get past, so it took a lock that goes along with those already held: it shares the row (measured on 14 to 18).
/// </remarks>
internal static class StarvationSignature
{
    public static Explanation? Of(QueueFacts facts) =>
        facts.IsForRow && facts.First is { RowLock: RowLock.Update or RowLock.NoKeyUpdate, IsBlockedByHolder: true } first
        && facts.Queue.Holders.Any(holder => Passed(holder, first))
            ? new Explanation(
                LockSignature.StarvedByShareLocks,
                [
                    $"Session {first.Owner.Id} has waited {Ages.Of(first.Waited)} for {facts.Subject} and was passed by transactions that began later: "
                        + "they only share the row, as an INSERT of a row that references it does, and sharing is not stopped by somebody who waits.",
                    .. facts.Queue.Holders.Select(HolderWords.Doing),
                ],
                [$"Cancel it and try again in a quiet moment: lockkeeper cancel {first.Owner.Id}"],
                [
                    $"Lock the table first, so that nobody passes: BEGIN; LOCK TABLE {facts.Table} IN SHARE ROW EXCLUSIVE MODE; then the statement, with a lock_timeout.",
                    "Or mark the row as deleted with an UPDATE that leaves its key alone: that does not conflict with references.",
                ])
            : null;

    private static bool Passed(Holder holder, Waiter first) =>
        holder.Owner.TransactionAge is { } transaction && first.Owner.QueryAge is { } waited && transaction < waited;
}
