using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Locks.Reading;

/// <summary>The row that sessions wait for, as far as it could be found.</summary>
/// <param name="Table">Its table or partition.</param>
/// <param name="Ctid">The address of the version that is waited for.</param>
/// <param name="Key">The columns of its key and their values; empty where it could not be read.</param>
/// <param name="WhyUnknown">Why the key is not known; null where it is.</param>
public sealed record FoundRow(TableName Table, string? Ctid, ImmutableArray<KeyColumn> Key, string? WhyUnknown)
{
    /// <inheritdoc/>
    public bool Equals(FoundRow? other) => other is not null && Table == other.Table && Ctid == other.Ctid
        && WhyUnknown == other.WhyUnknown && Key.SequenceEqual(other.Key);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Table, Ctid, WhyUnknown);
}
