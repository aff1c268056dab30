using System.Collections.Immutable;

namespace Lockkeeper.Server.Compiling;

/// <summary>Definitions in which the server has put a row's stored names for the names that users see.</summary>
/// <param name="Checks">Check, exclusion and unique constraints, in the order asked.</param>
/// <param name="Indexes">Index definitions (what follows ON table), in the order asked.</param>
/// <param name="Generated">Expressions of generated columns, in the order asked.</param>
public sealed record RewrittenDefinitions(
    ImmutableArray<RewrittenDefinition> Checks,
    ImmutableArray<RewrittenDefinition> Indexes,
    ImmutableArray<string> Generated)
{
    /// <inheritdoc/>
    public bool Equals(RewrittenDefinitions? other) => other is not null && Checks.SequenceEqual(other.Checks)
        && Indexes.SequenceEqual(other.Indexes) && Generated.SequenceEqual(other.Generated);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Checks.Length, Indexes.Length, Generated.Length);
}
