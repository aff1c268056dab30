using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>What depends on a column besides its table's constraints and indexes and the foreign keys that point at it.</summary>
/// <param name="Table">The table, as it is stored.</param>
/// <param name="Column">The column, as it is stored.</param>
internal sealed record FindDependents(TableName Table, Identifier Column) : CatalogQuestion<FoundDependents>
{
    /// <summary>Schemas whose views come and go with their version.</summary>
    public ImmutableArray<Identifier> VersionSchemas { get; init; } = [];

    public bool Equals(FindDependents? other) => other is not null && base.Equals(other) && Table == other.Table && Column == other.Column
        && VersionSchemas.SequenceEqual(other.VersionSchemas);

    public override int GetHashCode() => HashCode.Combine(Table, Column);
}
