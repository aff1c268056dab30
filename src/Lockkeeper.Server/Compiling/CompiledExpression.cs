using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Server.Compiling;

/// <summary>A user's expression as the server understood it.</summary>
/// <param name="Sql">
/// The expression with every name qualified and every column written as <c>lockkeeper_row.column</c>, by the names in the table;
/// it means the same under every search path.
/// </param>
/// <param name="Inputs">The columns that it reads, by the names in the table.</param>
public sealed record CompiledExpression(string Sql, ImmutableArray<Identifier> Inputs)
{
    /// <inheritdoc/>
    public bool Equals(CompiledExpression? other) =>
        other is not null && Sql == other.Sql && Inputs.SequenceEqual(other.Inputs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Sql, Inputs.Length);
}
