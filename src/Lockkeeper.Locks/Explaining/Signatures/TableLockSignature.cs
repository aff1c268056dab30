using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>Somebody holds a table in a mode that keeps others away.</summary>
internal static class TableLockSignature
{
    public static Explanation? Of(QueueFacts facts)
    {
        if (facts.Kind != LockKind.Relation)
        {
            return null;
        }

        return new Explanation(
            LockSignature.TableLock,
            [
                .. facts.Queue.Holders.Select(holder => $"{HolderWords.Name(holder.Owner)} holds {holder.Mode.InWords()} on {facts.Subject}, which blocks {holder.Mode.Describe()}."),
                .. facts.Queue.Holders.Select(HolderWords.Doing),
            ],
            [.. facts.Queue.Holders.Select(HolderWords.Release)],
            [
                "Keep strong locks short: the statement that takes one comes last in its transaction, and CONCURRENTLY or NOT VALID forms take weaker ones.",
                .. facts.Queue.Holders.SelectMany(holder => WeakerWay.Of(holder.Owner, holder.Mode)).Distinct(),
            ]);
    }
}
