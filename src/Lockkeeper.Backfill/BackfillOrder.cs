using System.Collections.Immutable;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Backfill;

/// <summary>An order of rows. It wants an index that begins with these columns; without one, each chunk sorts what is left.</summary>
/// <param name="Columns">The columns, the first one first. Rows of which one is null come in no order, at the end.</param>
/// <param name="Descending">Whether the greatest comes first.</param>
public sealed record BackfillOrder(ImmutableArray<Identifier> Columns, bool Descending)
{
    /// <summary>Two orders are equal when their columns are, one by one.</summary>
    /// <param name="other">The other order.</param>
    public bool Equals(BackfillOrder? other) => other is not null && Descending == other.Descending && Columns.SequenceEqual(other.Columns);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Descending, Columns.Length);
}
