using System.Collections.Immutable;
using Lockkeeper.Migrations.Operations;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>The users' views that a migration makes again: one that two operations need anew is made once, behind all of them.</summary>
/// <remarks>
/// Each operation names the views that it needs anew with all views that read them, one after those that it reads. So whoever reads a view is
/// named by every operation that names that view: ordered by how many operations name them, views stand behind those that they read.
/// </remarks>
internal static class CarriedViews
{
    /// <summary>First in the swap: clients lock a view and then what it reads, and so must we.</summary>
    /// <remarks>
    /// LOCK TABLE on a view would lock its tables too (manual, LOCK). To move a view to where it is changes nothing, and locks it alone: so what it is can
    /// be looked at under the lock before it is dropped.
    /// </remarks>
    public static IEnumerable<Step> Lock(ImmutableArray<OperationPlan> plans) => InOrder(plans)
        .Where(d => d.Kind == DependentKind.View).Reverse().Select(view => new Step(
            $"ALTER VIEW {view.Relation} SET SCHEMA {view.Relation.Schema}",
            CommandLocks.MoveView.On(view.Relation),
            $"{view.Description} stays where it is, and is locked"));

    /// <summary>Once all is locked.</summary>
    public static IEnumerable<Step> Drop(ImmutableArray<OperationPlan> plans) => InOrder(plans)
        .Where(d => d.Kind == DependentKind.View).Reverse().SelectMany(view => view.Drop());

    /// <summary>Last in the swap.</summary>
    public static IEnumerable<Step> Make(ImmutableArray<OperationPlan> plans) => InOrder(plans).SelectMany(dependent => dependent.Make());

    /// <summary>Refuses renaming what the views mention: they are made again as they were.</summary>
    public static void RefuseRenaming(ImmutableArray<Operation> operations, ImmutableArray<OperationPlan> plans, Identifier schema)
    {
        foreach (var view in InOrder(plans))
        {
            var read = view.Reads.Where(name => name.Schema == schema).Select(name => name.Name).ToHashSet();
            var renaming = operations.FirstOrDefault(o => o switch
            {
                RenameTable table => read.Contains(table.From),
                RenameColumn column => read.Contains(column.Table),
                _ => false,
            });
            if (renaming is not null)
            {
                throw DependentRefusals.Renamed(renaming.Source.At, char.ToUpperInvariant(view.Description[0]) + view.Description[1..], NameOf(renaming));
            }
        }
    }

    private static Identifier NameOf(Operation renaming) => renaming is RenameTable table ? table.From : ((RenameColumn)renaming).Table;

    private static ImmutableArray<Dependent> InOrder(ImmutableArray<OperationPlan> plans) =>
    [
        .. plans.SelectMany((plan, operation) => plan.Views.Select((dependent, place) => (Dependent: dependent, Operation: operation, Place: place)))
            .GroupBy(one => (one.Dependent.Kind, one.Dependent.Relation, one.Dependent.Name))
            .OrderBy(same => same.Key.Kind)
            .ThenBy(same => same.Select(one => one.Operation).Distinct().Count())
            .ThenBy(same => same.Min(one => one.Operation))
            .ThenBy(same => same.First().Place)
            .Select(same => same.First().Dependent),
    ];
}
