using System.Collections.Immutable;

namespace Lockkeeper.Locks.Listing;

/// <summary>A list that a DBA asks for: one query, and what its columns are.</summary>
/// <param name="Name">Its name, which is that of its command.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">Its columns, in order.</param>
/// <param name="Sql">The query by the server's version, such as 180004; <c>$1</c> is how many rows it shows at most.</param>
internal sealed record ListDefinition(string Name, string Title, ImmutableArray<ListColumn> Columns, Func<int, string> Sql)
{
    /// <summary>The extension that it needs; null for none.</summary>
    public string? Extension { get; init; }

    /// <inheritdoc/>
    public bool Equals(ListDefinition? other) => other is not null && Name == other.Name && Title == other.Title && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Title);
}
