using System.Collections.Immutable;
using Lockkeeper.Locks.Explaining.Signatures;

namespace Lockkeeper.Locks.Explaining;

/// <summary>Says of a queue what it is. The first signature that fits is taken.</summary>
internal static class QueueExplainer
{
    private static readonly ImmutableArray<Func<QueueFacts, Explanation?>> Signatures =
    [
        RingSignature.Of,
        StandbyReplaySignature.Of,
        StarvationSignature.Of,
        SameKeySignature.Of,
        HotRowSignature.Of,
        DdlQueueSignature.Of,
        TableLockSignature.Of,
        OldSnapshotSignature.Of,
        AdvisorySignature.Of,
        CatalogObjectSignature.Of,
        OtherSignature.Of,
    ];

    public static Explanation Of(QueueFacts facts) => Signatures.Select(signature => signature(facts)).OfType<Explanation>().First();
}
