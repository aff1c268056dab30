using System.Collections.Immutable;
using Lockkeeper.Backfill;
using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Migrations.Versions;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Puts the plans of a migration's operations together into the three lists of stages that are run.</summary>
internal static class MigrationPlanner
{
    /// <summary>Plans a migration over a schema.</summary>
    /// <exception cref="InvalidMigrationException">It does not fit the schema.</exception>
    /// <exception cref="OpenQuestionException">The server must be asked something first.</exception>
    public static MigrationPlan Plan(Migration migration, SchemaSnapshot before, MigrationFacts facts, Answers answers)
    {
        RefuseSqlAmongOthers(migration);
        ImmutableArray<Operation> operations = [.. migration.Operations.OrderBy(operation => operation.IsLast)];
        var plans = PlanOperations(operations, before, facts, answers);
        CarriedViews.RefuseRenaming(operations, plans, before.Schema);
        var after = plans.IsEmpty ? before : plans[^1].After;
        var changes = Merge(plans);
        // The views are made while words are as they were.
        var shown = operations.Zip(plans).LastOrDefault(one => !one.First.IsLast).Second?.After ?? before;
        var start = Start(plans, changes, before, shown, facts, migration.Version);
        return new MigrationPlan(migration.Name, before.Schema, facts.VersionSchema)
        {
            Start = start,
            Complete = Complete(plans, changes, facts),
            Rollback = Rollback(plans, start, facts),
            After = plans.Any(plan => plan.Sql is not null) ? null : after.Completed(),
            Notes = [.. plans.SelectMany(plan => plan.Notes).Distinct()],
        };
    }

    private static ImmutableArray<OperationPlan> PlanOperations(
        ImmutableArray<Operation> operations, SchemaSnapshot before, MigrationFacts facts, Answers answers)
    {
        var plans = ImmutableArray.CreateBuilder<OperationPlan>();
        ImmutableArray<string> preamble = [];
        ImmutableArray<RetypedColumn> retyped = [];
        foreach (var operation in operations)
        {
            var plan = operation.Plan(new PlanningContext(before, facts, answers) { Preamble = preamble, Retyped = retyped });
            plans.Add(plan);
            before = plan.After;
            preamble = preamble.AddRange(plan.Preamble);
            retyped = retyped.AddRange(plan.Retyped);
        }

        return plans.ToImmutable();
    }

    private static void RefuseSqlAmongOthers(Migration migration)
    {
        if (migration.Operations.Length > 1
            && migration.Operations.FirstOrDefault(o => o is Operations.Sql { OnComplete: false }) is { } sql)
        {
            throw Refusals.SqlNotAlone(sql.Source.At);
        }
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

    private static ImmutableArray<Stage> Start(
        ImmutableArray<OperationPlan> plans,
        ImmutableArray<TableChange> changes,
        SchemaSnapshot before,
        SchemaSnapshot after,
        MigrationFacts facts,
        string version)
    {
        var stages = ImmutableArray.CreateBuilder<Stage>();
        var types = plans.SelectMany(plan => plan.Types).ToImmutableArray();
        if (!types.IsEmpty)
        {
            stages.Add(new TransactionStage("create types", types));
        }

        stages.AddRange(plans.SelectMany(plan => plan.Values).Select(step => new StatementStage(step.Purpose, step)));
        var create = plans.SelectMany(plan => plan.Create).ToImmutableArray();
        if (!create.IsEmpty)
        {
            stages.Add(new TransactionStage("create what is new", create));
        }

        foreach (var change in changes)
        {
            stages.Add(new TransactionStage(
                $"extend table {change.Table.Name.Value}", [.. change.Steps, .. SyncTriggers.Create(change, facts, version)]));
        }

        foreach (var change in changes.Where(SyncTriggers.NeedsBackfill))
        {
            stages.Add(new BackfillStage($"fill the rows of {change.Table.Name.Value}", BackfillJobOf(change, facts)));
        }

        stages.AddRange(plans.SelectMany(plan => plan.AfterBackfill).Select(step => new StatementStage(step.Purpose, step)));
        stages.AddRange(plans.SelectMany(plan => plan.Late));
        if (plans.FirstOrDefault(plan => plan.Sql is { OnComplete: false })?.Sql is { } sql)
        {
            stages.Add(new UserSqlStage("run the user's SQL", sql.Up));
            stages.AddRange(ViewsAsRead(facts));
        }
        else if (facts.UseVersionSchemas)
        {
            stages.Add(new TransactionStage(
                $"show the new version as {facts.VersionSchema.Value}",
                VersionViews.Create(after, before, facts.VersionSchema, facts.MajorVersion)));
        }

        return stages.ToImmutable();
    }

    private static ImmutableArray<Stage> Complete(
        ImmutableArray<OperationPlan> plans, ImmutableArray<TableChange> changes, MigrationFacts facts)
    {
        var stages = ImmutableArray.CreateBuilder<Stage>();
        stages.AddRange(plans.SelectMany(plan => plan.Validate).Select(step => new StatementStage(step.Purpose, step)));
        var shownAnew = ShownAnew(plans, facts);
        ImmutableArray<Step> swap =
        [
            // All views come first, and those made anew before the schema is dropped: clients lock a view and then its table, and so must we.
            .. CarriedViews.Drop(plans),
            .. shownAnew.Select(table => VersionViews.DropOf(table, facts.VersionSchema)),
            .. facts.PreviousVersion is { } previous ? VersionViews.Drop(previous, facts.PreviousViews, "the old version") : [],
            .. changes.SelectMany(change => SyncTriggers.Drop(change, facts)),
            .. plans.SelectMany(plan => plan.Swap),
            .. CarriedViews.Make(plans),
            .. shownAnew.SelectMany(table => VersionViews.CreateOf(table, plans[^1].After.Schema, facts)),
        ];
        var unused = UnusedIndexes(plans);
        // Also when it is empty: from it on there is no way back, and dropping an index must not come before.
        if (!swap.IsEmpty || !unused.IsEmpty)
        {
            stages.Add(new TransactionStage("swap: the new version becomes the only one", swap));
        }

        stages.AddRange(unused.Select(step => new StatementStage(step.Purpose, step)));

        foreach (var sql in plans.Select(plan => plan.Sql).OfType<UserSql>().Where(sql => sql.OnComplete))
        {
            stages.Add(new UserSqlStage("run the user's SQL", sql.Up));
        }

        if (plans.Any(plan => plan.Sql is { OnComplete: true }))
        {
            stages.AddRange(ViewsAsRead(facts));
        }

        return stages.ToImmutable();
    }

    // By the names that tables have in the end. What went with its table or its column is gone by then.
    private static ImmutableArray<Step> UnusedIndexes(ImmutableArray<OperationPlan> plans) =>
    [
        .. from plan in plans
           from unused in plan.UnusedIndexes
           from table in plans[^1].After.Tables.Values
           where new TableName(plans[^1].After.Schema, table.StoredAs) == unused.Table
           select Ddl.DropIndexConcurrently(unused.Table with { Name = table.Name }, unused.Index, "nobody of the old version needs it any more"),
    ];

    // The server changes no type of a column that a view shows (manual, ALTER TABLE). Nobody sees the moment without the view.
    private static ImmutableArray<TableSnapshot> ShownAnew(ImmutableArray<OperationPlan> plans, MigrationFacts facts)
    {
        var retyped = plans.SelectMany(plan => plan.Retyped).Select(column => column.Table).ToHashSet();
        return retyped.Count == 0 || !facts.UseVersionSchemas
            ? []
            : [.. plans[^1].After.Tables.Values.Where(table => retyped.Contains(table.StoredAs))];
    }

    // What starting did, undone in reverse and in one transaction. Every statement of it may be run when there is nothing to undo.
    private static ImmutableArray<Stage> Rollback(
        ImmutableArray<OperationPlan> plans, ImmutableArray<Stage> start, MigrationFacts facts)
    {
        var undo = start.SelectMany(UndoableSteps).Select(step => step.Undo).OfType<Step>()
            .Where(step => step.DropsIndex is null).Reverse().ToImmutableArray();
        var stages = ImmutableArray.CreateBuilder<Stage>();
        if (plans.FirstOrDefault(plan => plan.Sql is { OnComplete: false })?.Sql is { } sql)
        {
            if (facts.UseVersionSchemas)
            {
                // The user's SQL decides which views there are; those of the tables that are there now are told.
                ImmutableArray<TableLock> views =
                [
                    .. plans[^1].After.Tables.Values.Select(t => new TableLock(new TableName(facts.VersionSchema, t.Name), LockMode.AccessExclusive)),
                ];
                undo = [new Step($"DROP SCHEMA IF EXISTS {facts.VersionSchema} CASCADE", views, "take back the new version's schema"), .. undo];
            }

            stages.Add(new TransactionStage("undo", undo));
            if (sql.Down is not null)
            {
                stages.Add(new UserSqlStage("run the user's SQL that undoes the first", sql.Down));
            }
        }
        else if (!undo.IsEmpty)
        {
            stages.Add(new TransactionStage("undo", undo));
        }

        // Indexes of columns that were there before; those of new columns have gone with them.
        stages.AddRange(start.SelectMany(UndoableSteps).Select(step => step.Undo).OfType<Step>()
            .Where(step => step.DropsIndex is not null).Reverse().Select(step => new StatementStage(step.Purpose, step)));
        return stages.ToImmutable();
    }

    private static IEnumerable<Step> UndoableSteps(Stage stage) => stage switch
    {
        TransactionStage transaction => transaction.Steps,
        StatementStage statement => [statement.Step],
        _ => [],
    };

    private static IEnumerable<Stage> ViewsAsRead(MigrationFacts facts) => facts.UseVersionSchemas
        ? [new VersionStage($"show the new version as {facts.VersionSchema.Value}", facts.VersionSchema)]
        : [];

    private static BackfillJob BackfillJobOf(TableChange change, MigrationFacts facts) => new()
    {
        Name = ReservedNames.BackfillJob(facts.VersionSchema, change.Table.Name),
        Table = change.Table,
        Marker = ReservedNames.Marker,
        Assignments = BackfillAssignments.Of(change.Syncs),
    };
}
