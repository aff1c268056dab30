using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>The statements that take a dependent away and make it again, each with its locks.</summary>
internal static class DependentSteps
{
    /// <summary>Before the old column goes.</summary>
    public static IEnumerable<Step> Drop(this Dependent dependent) => dependent.Drop.Select(sql => new Step(
        sql,
        [new TableLock(dependent.Relation, dependent.Kind == DependentKind.Publication ? LockMode.ShareUpdateExclusive : LockMode.AccessExclusive)],
        $"{dependent.Description} is made again for the changed column"));

    /// <summary>Once the copy has the column's name.</summary>
    public static IEnumerable<Step> Make(this Dependent dependent) => dependent.Make.Select((sql, i) => new Step(
        sql, i == 0 ? LocksOfFirst(dependent) : LocksOfOther(dependent, sql), $"{dependent.Description} follows the column"));

    /// <summary>A trigger looks at the copy too while both versions serve, and at the column alone when that is taken back.</summary>
    public static IEnumerable<Step> Widen(this Dependent trigger)
    {
        if (trigger.Widen.IsEmpty)
        {
            yield break;
        }

        ImmutableArray<TableLock> locks = [new TableLock(trigger.Relation, LockMode.ShareRowExclusive)];
        var purpose = $"{trigger.Description} fires for writes of the new version too";
        foreach (var state in trigger.Make.Skip(1))
        {
            // Undone in reverse: whether a trigger fires is said again once its definition is back.
            yield return new Step(state, locks, purpose) { Undo = new Step(state, locks, $"take back {trigger.Description}") };
        }

        foreach (var (sql, i) in trigger.Widen.Select((sql, i) => (sql, i)))
        {
            yield return new Step(sql, locks, purpose)
            {
                Undo = i == 0 ? new Step(trigger.Make[0], locks, $"take back {trigger.Description}") : null,
            };
        }
    }

    private static ImmutableArray<TableLock> LocksOfFirst(Dependent dependent) => dependent.Kind switch
    {
        DependentKind.View => [.. dependent.Reads.Select(read => new TableLock(read, LockMode.AccessShare))],
        DependentKind.Policy =>
        [
            new TableLock(dependent.Relation, LockMode.AccessExclusive),
            .. dependent.Reads.Where(read => read != dependent.Relation).Select(read => new TableLock(read, LockMode.AccessShare)),
        ],
        DependentKind.Rule =>
        [
            new TableLock(dependent.Relation, LockMode.AccessExclusive),
            .. dependent.Reads.Where(read => read != dependent.Relation).Select(read => new TableLock(read, LockMode.RowExclusive)),
        ],
        DependentKind.Trigger or DependentKind.ViewTrigger => [new TableLock(dependent.Relation, LockMode.ShareRowExclusive)],
        _ => [new TableLock(dependent.Relation, LockMode.ShareUpdateExclusive)],
    };

    private static ImmutableArray<TableLock> LocksOfOther(Dependent dependent, string sql) => dependent.Kind switch
    {
        DependentKind.View or DependentKind.Statistics => [],
        _ when sql.StartsWith("COMMENT ", StringComparison.Ordinal) => [new TableLock(dependent.Relation, LockMode.AccessShare)],
        DependentKind.Rule => [new TableLock(dependent.Relation, LockMode.AccessExclusive)],
        _ => [new TableLock(dependent.Relation, LockMode.ShareRowExclusive)],
    };
}
