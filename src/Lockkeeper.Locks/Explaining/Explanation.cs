using System.Collections.Immutable;

namespace Lockkeeper.Locks.Explaining;

/// <summary>What a queue is, why it is there, and what to do about it, in words.</summary>
/// <param name="Signature">What it is.</param>
/// <param name="Why">Sentences that say why sessions wait.</param>
/// <param name="Now">What ends it now.</param>
/// <param name="Later">What keeps it from coming back.</param>
public sealed record Explanation(
    LockSignature Signature, ImmutableArray<string> Why, ImmutableArray<string> Now, ImmutableArray<string> Later)
{
    /// <inheritdoc/>
    public bool Equals(Explanation? other) => other is not null && Signature == other.Signature
        && Why.SequenceEqual(other.Why) && Now.SequenceEqual(other.Now) && Later.SequenceEqual(other.Later);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Signature, Why.Length, Now.Length, Later.Length);
}
