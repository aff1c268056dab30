using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Model.Catalog;

/// <summary>One constraint of a table. PostgreSQL 18's named NOT NULL constraints are told by <see cref="ColumnSnapshot.Nullable"/>.</summary>
/// <param name="Name">The constraint's name.</param>
/// <param name="Kind">What kind it is.</param>
/// <param name="Columns">The columns it mentions, by the names in the table; keys in key order.</param>
/// <param name="Definition">What follows ADD CONSTRAINT name, without NOT VALID.</param>
public sealed record ConstraintSnapshot(
    Identifier Name, ConstraintKind Kind, ImmutableArray<Identifier> Columns, string Definition)
{
    /// <summary>Whether every row is known to satisfy it.</summary>
    public bool Validated { get; init; } = true;

    /// <summary>What a foreign key points at, and how; null for the other kinds.</summary>
    public ForeignKey? References { get; init; }

    /// <inheritdoc/>
    public bool Equals(ConstraintSnapshot? other) => other is not null && Name == other.Name && Kind == other.Kind
        && Columns.SequenceEqual(other.Columns) && Definition == other.Definition && Validated == other.Validated
        && References == other.References;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Definition);
}
