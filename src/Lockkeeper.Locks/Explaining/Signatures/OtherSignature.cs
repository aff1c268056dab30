using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Explaining.Signatures;

/// <summary>What is rare or passes by itself.</summary>
internal static class OtherSignature
{
    public static Explanation Of(QueueFacts facts) => facts.Kind switch
    {
        LockKind.SpeculativeToken => With(
            facts, LockSignature.SpeculativeInsert, "INSERT ... ON CONFLICT of one key meet; this usually passes in an instant.",
            "If it does not pass, let fewer processes upsert the same keys at the same time."),
        LockKind.Extend => With(
            facts, LockSignature.Extension, $"{facts.Sessions} for the {facts.Subject}: many insert into it at once.",
            "Load with fewer sessions, or with COPY; PostgreSQL 16 and later extend tables faster."),
        _ => With(facts, LockSignature.Other, $"{facts.Sessions} for {facts.Subject}.", "Keep the transactions that take this lock short."),
    };

    private static Explanation With(QueueFacts facts, LockSignature signature, string why, string later) => new(
        signature,
        [why, .. facts.Queue.Holders.Select(HolderWords.Doing)],
        [.. facts.Queue.Holders.Select(HolderWords.Release)],
        [later]);
}
