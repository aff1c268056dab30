using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>A schema change waits for a table, and everybody else behind it.</summary>
internal static class DdlQueueSignature
{
    public static Explanation? Of(QueueFacts facts)
    {
        // Where the holder itself keeps everybody away, it is to blame and not the change that waits for it.
        if (facts.Kind != LockKind.Relation
            || facts.Queue.Holders.Any(holder => holder.Mode > LockMode.RowExclusive)
            || facts.Queue.Waiters.FirstOrDefault(waiter => waiter.IsBlockedByHolder && waiter.Mode > LockMode.RowExclusive) is not { } change)
        {
            return null;
        }

        var behind = facts.Queue.Waiters.Count(waiter => !waiter.IsBlockedByHolder);
        return new Explanation(
            LockSignature.DdlQueue,
            [
                $"Session {change.Owner.Id} asks for {change.Mode.InWords()} on {facts.Subject}, which blocks {change.Mode.Describe()}, and has to wait. A table's lock is given in order, so "
                    + (behind == 0 ? "everybody who comes now will wait behind it." : $"{behind} more wait behind it, though the holder is not in their way."),
                .. facts.Queue.Holders.Select(HolderWords.Doing),
            ],
            [
                $"Cancel the schema change, and the others go on at once: lockkeeper cancel {change.Owner.Id}",
                .. facts.Queue.Holders.Select(HolderWords.Release),
            ],
            [
                "Run schema changes with a short lock_timeout, one table in a transaction, and try again when it strikes; lockkeeper migrate does.",
                .. WeakerWay.Of(change.Owner, change.Mode),
            ]);
    }
}
