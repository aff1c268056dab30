using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>What depends on a column.</summary>
/// <param name="All">What can follow it to a copy, in the order in which it is made; a view after the views that it reads.</param>
/// <param name="Obstacles">What cannot, each in words.</param>
internal sealed record FoundDependents(ImmutableArray<Dependent> All, ImmutableArray<string> Obstacles)
{
    public bool Equals(FoundDependents? other) =>
        other is not null && All.SequenceEqual(other.All) && Obstacles.SequenceEqual(other.Obstacles);

    public override int GetHashCode() => HashCode.Combine(All.Length, Obstacles.Length);
}
