using System.Collections.Immutable;

namespace Lockkeeper.Migrations.Format;

/// <summary>An operation's name in migration files, and its fields.</summary>
/// <param name="Name">The key, such as <c>add_column</c>.</param>
/// <param name="Fields">Its fields, in the order in which they are usually written.</param>
public sealed record OperationFormat(string Name, ImmutableArray<FieldFormat> Fields)
{
    /// <inheritdoc/>
    public bool Equals(OperationFormat? other) => other is not null && Name == other.Name && Fields.SequenceEqual(other.Fields);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Fields.Length);
}
