using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What is run once nobody uses the old version, put together from the plans of the operations.</summary>
internal static class CompleteStages
{
    public static ImmutableArray<Stage> Of(
        ImmutableArray<OperationPlan> plans, ImmutableArray<TableChange> changes, MigrationFacts facts)
    {
        var stages = ImmutableArray.CreateBuilder<Stage>();
        var unused = UnusedIndexes(plans);
        stages.AddRange(plans.SelectMany(plan => plan.Validate)
            .Concat(plans.SelectMany(plan => plan.UnusedIndexes).Where(index => !index.IsTablesGone(plans)).Select(index => index.RefuseForeignKeys()))
            .Select(step => new StatementStage(step.Purpose, step)));
        var shownAnew = ShownAnew(plans, facts);
        ImmutableArray<Step> swap =
        [
            // All views come first, and those made anew before the schema is dropped: clients lock a view and then its table, and so must we.
            .. CarriedViews.Lock(plans),
            .. shownAnew.Select(table => VersionViews.DropOf(table, facts.VersionSchema)),
            .. facts.PreviousVersion is { } previous ? VersionViews.Drop(previous, facts.PreviousViews.Select(view => view.Name), "the old version") : [],
            .. CarriedViews.Drop(plans),
            .. changes.SelectMany(change => SyncTriggers.Drop(change, facts)),
            .. plans.SelectMany(plan => plan.Swap),
            .. CarriedViews.Make(plans),
            .. shownAnew.SelectMany(table => VersionViews.CreateOf(table, plans[^1].After.Schema, facts)),
        ];
        // Also when it is empty: from it on there is no way back, and dropping an index must not come before.
        if (!swap.IsEmpty || !unused.IsEmpty)
        {
            stages.Add(new TransactionStage("swap: the new version becomes the only one", swap)
            {
                Carried = [.. plans.SelectMany(plan => plan.Carried)],
            });
        }

        stages.AddRange(Analyses.AfterSwap(plans).Concat(unused).Select(step => new StatementStage(step.Purpose, step)));
        var late = plans.Select(plan => plan.Sql).OfType<UserSql>().Where(sql => sql.OnComplete).ToImmutableArray();
        stages.AddRange(late.Select(sql => new UserSqlStage("run the user's SQL", sql.Up)));
        stages.AddRange(late.IsEmpty ? [] : StartStages.ViewsAsRead(facts));
        return stages.ToImmutable();
    }

    // By the names that tables have in the end. What went with its table or its column is gone by then.
    private static ImmutableArray<Step> UnusedIndexes(ImmutableArray<OperationPlan> plans)
    {
        var aside = plans.SelectMany(plan => plan.MadeWay).ToDictionary(way => way.Index, way => way.Aside);
        return
        [
            .. from plan in plans
               from unused in plan.UnusedIndexes
               from table in plans[^1].After.Tables.Values
               where new TableName(plans[^1].After.Schema, table.StoredAs) == unused.Table
               select Ddl.DropIndexConcurrently(
                   unused.Table with { Name = table.Name },
                   unused.Index with { Name = aside.GetValueOrDefault(unused.Index.Name, unused.Index.Name) },
                   "nobody of the old version needs it any more"),
        ];
    }

    // The server changes no type of a column that a view shows (manual, ALTER TABLE). Nobody sees the moment without the view.
    private static ImmutableArray<TableSnapshot> ShownAnew(ImmutableArray<OperationPlan> plans, MigrationFacts facts)
    {
        var retyped = plans.SelectMany(plan => plan.Retyped).Select(column => column.Table).ToHashSet();
        return retyped.Count == 0 || !facts.UseVersionSchemas
            ? []
            : [.. plans[^1].After.Tables.Values.Where(table => retyped.Contains(table.StoredAs))];
    }
}
