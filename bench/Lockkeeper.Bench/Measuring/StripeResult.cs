using System.Collections.Immutable;

namespace Lockkeeper.Bench.Measuring;

/// <summary>The quickest run of each choice over one table; the first is the rule's.</summary>
internal sealed record StripeResult(StripeTable Table, ImmutableArray<StripeRun> Runs)
{
    public bool Equals(StripeResult? other) => other is not null && Table == other.Table && Runs.SequenceEqual(other.Runs);

    public override int GetHashCode() => HashCode.Combine(Table, Runs.Length);
}
