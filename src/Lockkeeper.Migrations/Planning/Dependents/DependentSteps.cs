using System.Collections.Immutable;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>The statements that take a dependent away and make it again, each with its locks.</summary>
internal static class DependentSteps
{
    /// <summary>Before the old column goes.</summary>
    public static IEnumerable<Step> Drop(this Dependent dependent) => dependent.Drop.Select(sql => new Step(
        sql,
        Dropping(dependent.Kind).On(dependent.Relation),
        $"{dependent.Description} is made again for the changed column"));

    /// <summary>Once the copy has the column's name.</summary>
    public static IEnumerable<Step> Make(this Dependent dependent) => dependent.Make.Select((sql, i) => new Step(
        sql, i == 0 ? LocksOfFirst(dependent) : LocksOfOther(dependent, sql), $"{dependent.Description} follows the column"));

    /// <summary>A trigger looks at copies too while both versions serve.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="copies">The copies of columns that it lists.</param>
    public static IEnumerable<Step> Widen(this Dependent trigger, ImmutableArray<Identifier> copies) => trigger.Listed is not { } listed
        ? []
        // Whether it fires is said again: replacing it makes it fire (CreateTriggerFiringOn in trigger.c).
        : trigger.Make.Skip(1).Prepend(listed.With(copies)).Select(sql => new Step(
            sql, CommandLocks.CreateTrigger.On(trigger.Relation), $"{trigger.Description} fires for writes of the new version too"));

    private static CommandLock Dropping(DependentKind kind) => kind switch
    {
        DependentKind.Publication => CommandLocks.AlterPublication,
        DependentKind.View => CommandLocks.DropView,
        DependentKind.Rule => CommandLocks.DropRule,
        _ => CommandLocks.DropTrigger,
    };

    private static ImmutableArray<TableLock> LocksOfFirst(Dependent dependent) => dependent.Kind switch
    {
        DependentKind.View => [.. dependent.Reads.SelectMany(read => CommandLocks.CreateView.On(read))],
        DependentKind.Policy =>
        [
            .. CommandLocks.CreatePolicy.On(dependent.Relation),
            .. dependent.Reads.Where(read => read != dependent.Relation).SelectMany(read => CommandLocks.Select.On(read)),
        ],
        DependentKind.Rule =>
        [
            .. CommandLocks.CreateRule.On(dependent.Relation),

            // It is read as the statements that it holds are, and they may write.
            .. dependent.Reads.Where(read => read != dependent.Relation).Select(read => new TableLock(read, LockMode.RowExclusive)),
        ],
        DependentKind.Trigger or DependentKind.ViewTrigger => CommandLocks.CreateTrigger.On(dependent.Relation),
        DependentKind.Publication => CommandLocks.AlterPublication.On(dependent.Relation),
        _ => CommandLocks.CreateStatistics.On(dependent.Relation),
    };

    private static ImmutableArray<TableLock> LocksOfOther(Dependent dependent, string sql) => dependent.Kind switch
    {
        DependentKind.View or DependentKind.Statistics => [],
        _ when sql.StartsWith("COMMENT ", StringComparison.Ordinal) => CommandLocks.CommentOnTrigger.On(dependent.Relation),
        DependentKind.Rule => CommandLocks.EnableRule.On(dependent.Relation),
        _ => CommandLocks.EnableTrigger.On(dependent.Relation),
    };
}
