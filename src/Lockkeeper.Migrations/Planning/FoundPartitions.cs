using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The partitions of a table, those nearest to it first.</summary>
internal sealed record FoundPartitions(ImmutableArray<FoundPartition> All)
{
    public bool Equals(FoundPartitions? other) => other is not null && All.SequenceEqual(other.All);

    public override int GetHashCode() => All.Length;
}
