using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Tells the planner of the server about values that it has never seen, before queries depend on them.</summary>
/// <remarks>
/// A column has no statistics before the table is analyzed, and autovacuum comes to that when a tenth of the rows have changed or later: until then the
/// server plans with guesses. Statistics belong to the column whatever its name is (pg_statistic.staattnum), so those of a copy are there at once when it
/// takes the old column's place.
/// </remarks>
internal static class Analyses
{
    /// <summary>Starting, last before the new version can be used: the columns that were filled, and indexes over expressions.</summary>
    public static IEnumerable<Step> BeforeVersion(ImmutableArray<OperationPlan> plans, ImmutableArray<TableChange> changes)
    {
        // With a list of columns ANALYZE passes over expressions of indexes (do_analyze_rel in analyze.c).
        var whole = plans.SelectMany(plan => plan.Expressions).Distinct().ToImmutableArray();
        var filled = from change in changes
                     where !whole.Contains(change.Table)
                     let columns = change.Syncs.Where(sync => sync.Direction == SyncDirection.Up).Select(sync => sync.Target).Distinct().ToImmutableArray()
                     where !columns.IsEmpty
                     select Analyze(change.Table, columns, "the new columns' statistics, before clients of the new version come");
        return [.. filled, .. whole.Select(table => Analyze(table, [], "statistics of the new columns and of what is indexed, before clients of the new version come"))];
    }

    /// <summary>
    /// Completing, right after the swap: extended statistics that were made again, and columns whose type was set where they are, with which the
    /// server drops what it knew of them (RemoveStatistics in heap.c).
    /// </summary>
    public static IEnumerable<Step> AfterSwap(ImmutableArray<OperationPlan> plans)
    {
        foreach (var table in plans[^1].After.Tables.Values)
        {
            var (stored, name) = (new TableName(plans[^1].After.Schema, table.StoredAs), new TableName(plans[^1].After.Schema, table.Name));
            var retyped = table.Columns
                .Where(column => plans.Any(plan => plan.Retyped.Contains(new RetypedColumn(table.StoredAs, column.StoredAs))))
                .Select(column => column.Name).ToImmutableArray();
            if (plans.Any(plan => plan.Statistics.Contains(stored)))
            {
                yield return Analyze(name, [], "extended statistics that were made again");
            }
            else if (!retyped.IsEmpty)
            {
                yield return Analyze(name, retyped, "statistics of the new type");
            }
        }
    }

    private static Step Analyze(TableName table, ImmutableArray<Identifier> columns, string purpose) => new(
        $"ANALYZE {table}{(columns.IsEmpty ? "" : $" ({string.Join(", ", columns)})")}",
        CommandLocks.Analyze.On(table),
        purpose)
    {
        Effect = StepEffect.Samples,
    };
}
