using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What is run while the old version serves, put together from the plans of the operations.</summary>
internal static class StartStages
{
    /// <param name="plans">The operations' plans.</param>
    /// <param name="changes">What they do to tables in use, one change per table.</param>
    /// <param name="before">The schema as it is.</param>
    /// <param name="shown">The schema as the new version's views show it.</param>
    /// <param name="facts">What holds for the whole migration.</param>
    /// <param name="version">The version's name.</param>
    public static ImmutableArray<Stage> Of(
        ImmutableArray<OperationPlan> plans,
        ImmutableArray<TableChange> changes,
        SchemaSnapshot before,
        SchemaSnapshot shown,
        MigrationFacts facts,
        string version)
    {
        var stages = ImmutableArray.CreateBuilder<Stage>();
        AddWhatIsNew(stages, plans);
        // Before anything else is locked: a row that cannot be is found while no client has noticed anything.
        stages.AddRange(Alone(plans.SelectMany(plan => plan.Looks)));
        foreach (var change in changes)
        {
            stages.Add(new TransactionStage(
                $"extend table {change.Table.Name.Value}", [.. change.Steps, .. SyncTriggers.Create(change, facts, version)]));
        }

        foreach (var change in changes.Where(SyncTriggers.NeedsBackfill))
        {
            stages.Add(new BackfillStage($"fill the rows of {change.Table.Name.Value}", BackfillJobOf(change, facts)));
        }

        stages.AddRange(Alone(plans.SelectMany(plan => plan.AfterBackfill)));
        AddTransaction(stages, "add foreign keys to what is unique by now", plans.SelectMany(plan => plan.Late));
        stages.AddRange(Alone(plans.SelectMany(plan => plan.AfterLate)));
        // Before anybody reads the new columns, and when the indexes over them are there.
        stages.AddRange(Alone(Analyses.BeforeVersion(plans, changes)));
        if (plans.Any(plan => plan.Sql is { OnComplete: false, IsRehearsed: false }))
        {
            stages.AddRange(ViewsAsRead(facts));
        }
        else if (facts.UseVersionSchemas)
        {
            stages.Add(new TransactionStage(
                $"show the new version as {facts.VersionSchema.Value}",
                VersionViews.Create(shown, before, facts.VersionSchema, facts.MajorVersion)));
        }

        return stages.ToImmutable();
    }

    /// <summary>The schema is read once more, and the views are made of what is there.</summary>
    public static IEnumerable<Stage> ViewsAsRead(MigrationFacts facts) => facts.UseVersionSchemas
        ? [new VersionStage($"show the new version as {facts.VersionSchema.Value}", facts.VersionSchema) { PreviousVersion = facts.PreviousVersion }]
        : [];

    // In the order of the file as far as the user's SQL may need what operations before it create.
    private static void AddWhatIsNew(ImmutableArray<Stage>.Builder stages, ImmutableArray<OperationPlan> plans)
    {
        var from = 0;
        for (var i = 0; i <= plans.Length; i++)
        {
            var sql = i < plans.Length && plans[i].Sql is { OnComplete: false } found ? found : null;
            if (i < plans.Length && sql is null)
            {
                continue;
            }

            var segment = plans[from..i];
            AddTransaction(stages, "create types", segment.SelectMany(plan => plan.Types));
            stages.AddRange(Alone(segment.SelectMany(plan => plan.Values)));
            AddTransaction(stages, "create what is new", segment.SelectMany(plan => plan.Create));
            if (sql is not null)
            {
                stages.Add(new UserSqlStage("run the user's SQL", sql.Up) { Down = sql.Down, IsRehearsed = sql.IsRehearsed, Locks = sql.Locks });
            }

            from = i + 1;
        }
    }

    private static void AddTransaction(ImmutableArray<Stage>.Builder stages, string title, IEnumerable<Step> steps)
    {
        ImmutableArray<Step> all = [.. steps];
        if (!all.IsEmpty)
        {
            stages.Add(new TransactionStage(title, all));
        }
    }

    private static IEnumerable<Stage> Alone(IEnumerable<Step> steps) => steps.Select(step => new StatementStage(step.Purpose, step));

    private static BackfillJob BackfillJobOf(TableChange change, MigrationFacts facts) => new()
    {
        Name = ReservedNames.BackfillJob(facts.VersionSchema, change.Table.Name),
        Table = change.Table,
        Marker = ReservedNames.Marker,
        Assignments = BackfillAssignments.Of(change.Syncs),
    };
}
