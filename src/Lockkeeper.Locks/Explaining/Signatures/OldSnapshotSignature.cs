using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>A CONCURRENTLY command waits for transactions that may still use an old snapshot.</summary>
internal static class OldSnapshotSignature
{
    public static Explanation? Of(QueueFacts facts) => facts.Kind != LockKind.VirtualXid ? null : new Explanation(
        LockSignature.OldSnapshot,
        [
            $"Session {facts.First.Owner.Id} waits until every transaction has ended that may still read as the database was before. "
                + "Such a command does so for all tables of the database, not only for its own.",
            .. facts.Queue.Holders.Select(HolderWords.Doing),
        ],
        [.. facts.Queue.Holders.Select(HolderWords.Release)],
        [
            "Build indexes concurrently when no long report, dump or forgotten transaction is open; until then the command only waits and blocks no writers.",
        ]);
}
