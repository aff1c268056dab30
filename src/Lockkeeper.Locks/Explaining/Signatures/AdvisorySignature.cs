using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>A lock whose meaning the application gives.</summary>
internal static class AdvisorySignature
{
    public static Explanation? Of(QueueFacts facts) => facts.Kind != LockKind.Advisory ? null : new Explanation(
        LockSignature.Advisory,
        [
            $"{facts.Sessions} for {facts.Subject}, whose meaning only the application knows. It is served in order of arrival.",
            .. facts.Queue.Holders.Select(HolderWords.Doing),
        ],
        [.. facts.Queue.Holders.Select(HolderWords.Release)],
        [
            "pg_advisory_xact_lock ends with its transaction; pg_advisory_lock stays until it is unlocked or the session ends, also behind a connection pool.",
            "Use pg_try_advisory_lock or a lock_timeout where waiting makes no sense.",
        ]);
}
