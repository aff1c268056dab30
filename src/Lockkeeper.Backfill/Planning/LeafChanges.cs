using System.Collections.Immutable;

namespace Lockkeeper.Backfill.Planning;

/// <summary>What brings the recorded ranges into line with the table's leaves as they are now.</summary>
/// <param name="Obsolete">Leaves whose ranges mean nothing any more: gone, or rewritten.</param>
/// <param name="Missing">Leaves to be planned: new, or rewritten.</param>
/// <param name="Rewritten">How many are in both.</param>
internal sealed record LeafChanges(ImmutableArray<uint> Obsolete, ImmutableArray<Leaf> Missing, int Rewritten)
{
    public bool IsNone => Obsolete.IsEmpty && Missing.IsEmpty;

    public bool Equals(LeafChanges? other) =>
        other is not null
        && Obsolete.SequenceEqual(other.Obsolete)
        && Missing.SequenceEqual(other.Missing)
        && Rewritten == other.Rewritten;

    public override int GetHashCode() => HashCode.Combine(Obsolete.Length, Missing.Length, Rewritten);
}
