using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Server.Compiling;

/// <summary>What SQL of the user's did when it was tried and undone.</summary>
/// <param name="Before">The schema as the SQL found it.</param>
/// <param name="After">The schema as it left it.</param>
/// <param name="Locks">The strongest lock that it took on each relation it found.</param>
/// <param name="StopsNobody">
/// Whether it was quick and locked nothing that was there more strongly than a query does: then it may be tried again wherever the server is asked
/// about what it made.
/// </param>
public sealed record RehearsedSql(SchemaSnapshot Before, SchemaSnapshot After, ImmutableArray<TableLock> Locks, bool StopsNobody)
{
    /// <inheritdoc/>
    public bool Equals(RehearsedSql? other) => other is not null && Before == other.Before && After == other.After
        && Locks.SequenceEqual(other.Locks) && StopsNobody == other.StopsNobody;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Before, After, Locks.Length);
}
