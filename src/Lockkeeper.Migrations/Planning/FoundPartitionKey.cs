using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What decides in which partition a row is.</summary>
/// <param name="Columns">The columns, by the names in the table.</param>
/// <param name="HasExpressions">Whether expressions do as well.</param>
internal sealed record FoundPartitionKey(ImmutableArray<Identifier> Columns, bool HasExpressions)
{
    public bool Equals(FoundPartitionKey? other) =>
        other is not null && HasExpressions == other.HasExpressions && Columns.SequenceEqual(other.Columns);

    public override int GetHashCode() => HashCode.Combine(Columns.Length, HasExpressions);
}
