using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>INSERTs wait to see what becomes of a row with the same key.</summary>
internal static class SameKeySignature
{
    public static Explanation? Of(QueueFacts facts) =>
        facts.Kind == LockKind.TransactionId && facts.Queue.Row?.Ctid is null && facts.Queue.Waiters.All(IsInsert)
            ? new Explanation(
                LockSignature.SameKey,
                [
                    $"The holder has inserted, changed or deleted a row of {Table(facts)} with a key that others insert now, and has not committed: "
                        + "whether theirs is a duplicate is decided when it ends.",
                    .. facts.Queue.Holders.Select(HolderWords.Doing),
                ],
                [.. facts.Queue.Holders.Select(HolderWords.Release)],
                [
                    "Commit right after inserting keys that others may insert too.",
                    "Where several processes make the same rows, let one of them do it, or take keys from a sequence.",
                ])
            : null;

    private static string Table(QueueFacts facts) => facts.Table.Length == 0 ? "a table" : facts.Table;

    private static bool IsInsert(Waiter waiter) => QueryShape.Verb(waiter.Owner.Query) == "INSERT";
}
