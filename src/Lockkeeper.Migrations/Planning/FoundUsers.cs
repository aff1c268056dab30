using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Whatever uses a table or an index.</summary>
internal sealed record FoundUsers(ImmutableArray<FoundUser> All)
{
    public bool Equals(FoundUsers? other) => other is not null && All.SequenceEqual(other.All);

    public override int GetHashCode() => All.Length;
}
