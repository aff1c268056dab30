using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>A column that a transaction replaces by its copy, and all that goes over to the copy as it was when the plan was made.</summary>
/// <remarks>The transaction is not run when any of it has changed since: the change would be lost without a word.</remarks>
/// <param name="Table">The table, by the name that it has until then.</param>
/// <param name="Column">The column, as it is stored until then.</param>
/// <param name="Objects">What goes over.</param>
public sealed record CarriedColumn(TableName Table, Identifier Column, ImmutableArray<CarriedObject> Objects)
{
    /// <summary>Constraints and indexes on the column that the migration itself makes.</summary>
    public ImmutableArray<Identifier> Made { get; init; } = [];

    /// <summary>Schemas of versions, whose views come and go by themselves.</summary>
    public ImmutableArray<Identifier> VersionSchemas { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(CarriedColumn? other) => other is not null && Table == other.Table && Column == other.Column
        && Objects.SequenceEqual(other.Objects) && Made.SequenceEqual(other.Made) && VersionSchemas.SequenceEqual(other.VersionSchemas);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Table, Column, Objects.Length);
}
