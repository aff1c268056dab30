using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What constraints and indexes read like over a row's stored names.</summary>
internal sealed record RewriteDefinitions(TableSnapshot Row) : Question<RewrittenDefinitions>
{
    /// <summary>What is carried over, for the message when the server refuses; null when the text is the user's own.</summary>
    public string? CarriedOver { get; init; }

    public ImmutableArray<string> Checks { get; init; } = [];

    public ImmutableArray<string> Indexes { get; init; } = [];

    /// <summary>Whether the indexes are unique, which not every method can be.</summary>
    public bool Unique { get; init; }

    public ImmutableArray<string> Generated { get; init; } = [];

    /// <summary>Statements that rename what the definitions mention, run before the server prints them.</summary>
    public ImmutableArray<string> Then { get; init; } = [];

    public bool Equals(RewriteDefinitions? other) => other is not null && Row == other.Row && Preamble.SequenceEqual(other.Preamble)
        && Checks.SequenceEqual(other.Checks) && Indexes.SequenceEqual(other.Indexes)
        && Generated.SequenceEqual(other.Generated) && Then.SequenceEqual(other.Then)
        && Unique == other.Unique;

    public override int GetHashCode() => HashCode.Combine(Row, Checks.Length, Indexes.Length, Generated.Length);
}
