using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Rows that were there before and that a statement has locked.</summary>
/// <param name="Table">Their table, or partition.</param>
/// <param name="Strength">How strongly.</param>
/// <param name="Changed">Whether they were updated or deleted; otherwise they were only locked, as the row that a foreign key references is.</param>
/// <param name="Rows">How many.</param>
public sealed record TracedRows(TableName Table, RowLock Strength, bool Changed, long Rows)
{
    internal static ImmutableArray<TracedRows> Count(IEnumerable<(TableName Table, RowLock Strength, bool Changed)> rows) =>
    [
        .. rows.GroupBy(row => row).Select(same => new TracedRows(same.Key.Table, same.Key.Strength, same.Key.Changed, same.LongCount()))
            .OrderBy(counted => counted.Table.ToString(), StringComparer.Ordinal).ThenByDescending(counted => counted.Strength),
    ];
}
