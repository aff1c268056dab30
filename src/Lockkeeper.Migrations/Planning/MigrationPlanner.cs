using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Puts the plans of a migration's operations together into the three lists of stages that are run.</summary>
internal static class MigrationPlanner
{
    /// <summary>Plans a migration over a schema.</summary>
    /// <exception cref="InvalidMigrationException">It does not fit the schema.</exception>
    /// <exception cref="OpenQuestionException">The server must be asked something first.</exception>
    public static MigrationPlan Plan(Migration migration, SchemaSnapshot before, MigrationFacts facts, Answers answers)
    {
        SquashRefusals.Refuse(migration);
        before = ColumnOrder.Placed(before, facts.PreviousViews);
        ImmutableArray<Operation> operations = [.. migration.Operations.OrderBy(operation => operation.IsLast)];
        var plans = PlanOperations(operations, new PlanningContext(before, facts, answers) { IsAlone = operations.Length == 1 });
        CarriedViews.RefuseRenaming(operations, plans, before.Schema);
        var after = plans.IsEmpty ? before : plans[^1].After;
        var changes = Merge(plans);
        // The views are made while words are as they were.
        var shown = operations.Zip(plans).LastOrDefault(one => !one.First.IsLast).Second?.After ?? before;
        var start = StartStages.Of(plans, changes, before, shown, facts, migration.Version);
        return new MigrationPlan(migration.Name, before.Schema, facts.VersionSchema)
        {
            Squashed = [.. migration.Parts[..^1].Select(part => part.Name)],
            Start = start,
            Complete = CompleteStages.Of(plans, changes, facts),
            Rollback = RollbackStages.Of(after, start, facts),
            After = plans.Any(plan => plan.Sql is { IsRehearsed: false }) ? null : after.Completed(),
            Notes = [.. plans.SelectMany(plan => plan.Notes).Concat(VersionNotes.Of(shown, facts)).Distinct()],
        };
    }

    private static ImmutableArray<OperationPlan> PlanOperations(ImmutableArray<Operation> operations, PlanningContext context)
    {
        var plans = ImmutableArray.CreateBuilder<OperationPlan>();
        foreach (var operation in operations)
        {
            var plan = operation.Plan(context);
            plans.Add(plan);
            context = context.Behind(plan);
        }

        return plans.ToImmutable();
    }

    /// <summary>One change per table, whatever the number of operations on it: a table in use is locked once.</summary>
    private static ImmutableArray<TableChange> Merge(ImmutableArray<OperationPlan> plans) =>
    [
        .. plans.SelectMany(plan => plan.Tables)
            .GroupBy(change => change.Table)
            .Select(changes => new TableChange(
                changes.Key, [.. changes.SelectMany(c => c.Steps)], [.. changes.SelectMany(c => c.Syncs)])
            {
                IsPartitioned = changes.Any(c => c.IsPartitioned),
            })
            .Where(change => !change.Steps.IsEmpty || !change.Syncs.IsEmpty),
    ];
}
