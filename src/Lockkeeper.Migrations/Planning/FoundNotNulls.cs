using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The NOT NULL constraints of a table.</summary>
internal sealed record FoundNotNulls(ImmutableArray<NamedNotNull> All)
{
    public bool Equals(FoundNotNulls? other) => other is not null && All.SequenceEqual(other.All);

    public override int GetHashCode() => All.Length;
}
