using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>Schema changes meet at one object.</summary>
internal static class CatalogObjectSignature
{
    public static Explanation? Of(QueueFacts facts) => facts.Kind != LockKind.CatalogObject ? null : new Explanation(
        LockSignature.CatalogConflict,
        [$"{facts.Sessions} for {facts.Subject}: schema changes of it, or of what depends on it, meet.", .. facts.Queue.Holders.Select(HolderWords.Doing)],
        [.. facts.Queue.Holders.Select(HolderWords.Release)],
        ["Run migrations one after the other, for instance under one advisory lock."]);
}
