using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Server.Compiling;

/// <summary>A constraint or index as the server prints it over a row's stored names.</summary>
/// <param name="Definition">What follows ADD CONSTRAINT name, or ON table.</param>
/// <param name="Columns">The columns that it mentions.</param>
public sealed record RewrittenDefinition(string Definition, ImmutableArray<Identifier> Columns)
{
    /// <inheritdoc/>
    public bool Equals(RewrittenDefinition? other) =>
        other is not null && Definition == other.Definition && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Definition, Columns.Length);
}
