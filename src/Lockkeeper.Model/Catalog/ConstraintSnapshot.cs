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

    /// <summary>A primary key or unique constraint by its parts; null for the other kinds.</summary>
    public KeyConstraint? Key { get; init; }

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }

    /// <summary>A key under the name that it has, or shall have.</summary>
    /// <param name="name">The constraint's name.</param>
    /// <param name="key">Its parts.</param>
    public static ConstraintSnapshot Of(Identifier name, KeyConstraint key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new ConstraintSnapshot(name, key.Kind, key.Columns, key.Definition) { Key = key };
    }

    /// <summary>A foreign key under the name that it has, or shall have.</summary>
    /// <param name="name">The constraint's name.</param>
    /// <param name="columns">The referencing columns.</param>
    /// <param name="references">Where it points.</param>
    public static ConstraintSnapshot Of(Identifier name, ImmutableArray<Identifier> columns, ForeignKey references)
    {
        ArgumentNullException.ThrowIfNull(references);
        return new ConstraintSnapshot(name, ConstraintKind.ForeignKey, columns, references.Definition(columns))
        {
            References = references,
        };
    }

    /// <inheritdoc/>
    public bool Equals(ConstraintSnapshot? other) => other is not null && Name == other.Name && Kind == other.Kind
        && Columns.SequenceEqual(other.Columns) && Definition == other.Definition && Validated == other.Validated
        && References == other.References && Key == other.Key && Comment == other.Comment;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Definition);
}
