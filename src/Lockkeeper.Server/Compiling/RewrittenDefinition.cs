using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Server.Compiling;

/// <summary>A constraint or index as the server prints it over a row's stored names.</summary>
/// <param name="Definition">What follows ADD CONSTRAINT name, or ON table.</param>
/// <param name="Columns">The columns that it mentions.</param>
public sealed record RewrittenDefinition(string Definition, ImmutableArray<Identifier> Columns)
{
    /// <summary>
    /// The names that the columns of an index itself have, where they are those of the row's columns, as users see them. An index takes them
    /// when it is built and keeps them when its table's columns are renamed.
    /// </summary>
    public ImmutableArray<Identifier> IndexColumns { get; init; } = [];

    /// <summary>The columns of an index's key, in key order and by their stored names; expressions are left out.</summary>
    public ImmutableArray<Identifier> KeyColumns { get; init; } = [];

    /// <summary>Whether an index is neither partial nor over an expression.</summary>
    public bool IsPlain { get; init; }

    /// <summary>Whether an index is over an expression.</summary>
    public bool HasExpressions { get; init; }

    /// <summary>The index of an exclusion or unique constraint; null for all else.</summary>
    public RewrittenDefinition? Index { get; init; }

    /// <inheritdoc/>
    public bool Equals(RewrittenDefinition? other) =>
        other is not null && Definition == other.Definition && Columns.SequenceEqual(other.Columns)
        && IndexColumns.SequenceEqual(other.IndexColumns) && KeyColumns.SequenceEqual(other.KeyColumns) && IsPlain == other.IsPlain
        && HasExpressions == other.HasExpressions
        && Index == other.Index;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Definition, Columns.Length);
}
