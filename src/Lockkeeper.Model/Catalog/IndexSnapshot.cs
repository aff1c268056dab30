using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Model.Catalog;

/// <summary>One index of a table.</summary>
/// <param name="Name">The index's name.</param>
/// <param name="Unique">Whether it allows no two equal keys.</param>
/// <param name="Definition">What follows ON table: USING, keys, INCLUDE, WITH, WHERE.</param>
/// <param name="Columns">Every column it mentions, expressions and predicate included, by the names in the table.</param>
public sealed record IndexSnapshot(Identifier Name, bool Unique, string Definition, ImmutableArray<Identifier> Columns)
{
    /// <summary>Whether the server trusts it; a cancelled CREATE INDEX CONCURRENTLY leaves one that it does not.</summary>
    public bool Valid { get; init; } = true;

    /// <summary>Whether it belongs to a primary key, unique or exclusion constraint of the same name.</summary>
    public bool BelongsToConstraint { get; init; }

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }

    /// <inheritdoc/>
    public bool Equals(IndexSnapshot? other) => other is not null && Name == other.Name && Unique == other.Unique
        && Definition == other.Definition && Columns.SequenceEqual(other.Columns) && Valid == other.Valid
        && BelongsToConstraint == other.BelongsToConstraint && Comment == other.Comment;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Unique, Definition);
}
