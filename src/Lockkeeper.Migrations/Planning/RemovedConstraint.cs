using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>
/// A constraint that the new version does without. Where "down" makes values that the old version may have, the new version is free of it from
/// the start, on columns of its own; otherwise nobody may break it while the old version serves, and completion drops it.
/// </summary>
internal static class RemovedConstraint
{
    public static ConstraintSnapshot Find(TableSnapshot table, Identifier name, SourcePosition at) =>
        table.Constraints.FirstOrDefault(c => c.Name == name) ?? throw Refusals.NoSuchConstraint(at, table.Name, name);

    public static OperationPlan Plan(PlanningContext context, TableSnapshot table, ConstraintSnapshot constraint, ColumnMaps maps, SourcePosition at)
    {
        RefuseWhatIsPointedAt(context, table, constraint, at);
        ReplicaIdentityLoss.Refuse(context, table, index => index.BelongsToConstraint && index.Name == constraint.Name, at);
        var kept = table with
        {
            Constraints = table.Constraints.Remove(constraint),
            Indexes = table.Indexes.RemoveAll(index => index.BelongsToConstraint && index.Name == constraint.Name),
        };
        var changes = maps.Changes(context, table, constraint.Columns);
        RefuseWithoutDown(constraint, changes, maps.Source.At);
        var copies = ColumnCopies.Of(context, table, kept, changes);
        return new OperationPlan
        {
            After = context.Before.With(copies.Result),
            Tables = [new TableChange(context.Stored(table), copies.Expand, copies.Syncs) { IsPartitioned = table.IsPartitioned }],
            AfterBackfill = copies.AfterBackfill,
            Validate = copies.Validate,
            Late = copies.Late,
            AfterLate = copies.AfterLate,
            Views = copies.Views,
            Carried = copies.Carried,
            Expressions = copies.Expressions,
            Statistics = copies.Statistics,
            Swap = [Drop(context, table, constraint), .. copies.Swap],
            Notes =
            [
                .. ConstraintNotes.Of(table.Name, constraint.Name, changes),
                .. changes.IsEmpty ? [$"Constraint {constraint.Name} of {table.Name} holds for both versions until completion."] : Array.Empty<string>(),
                .. changes.Where(change => context.IsKeptDown(table, change)).Select(change =>
                    $"What clients of the new version write to column {change.Old.Name} must obey constraint {constraint.Name} until completion: \"down\" changes nothing."),
                .. copies.Notes,
            ],
        };
    }

    // The old version's column keeps the constraint, and would refuse the new version's writes.
    private static void RefuseWithoutDown(ConstraintSnapshot constraint, ImmutableArray<ColumnChange> changes, SourcePosition at)
    {
        if (changes.FirstOrDefault(change => change.Down is null) is { } change)
        {
            throw Refusals.FieldRequired(
                at, "down",
                $"it makes of a value that the new version writes to column {change.Old.Name} one that constraint {constraint.Name} allows, for clients of the old version.");
        }
    }

    // Before the columns are: dropping a column drops its foreign keys too, but then the lock on the other table would come unannounced.
    private static Step Drop(PlanningContext context, TableSnapshot table, ConstraintSnapshot constraint)
    {
        var step = Ddl.DropConstraint(context.Named(table), constraint.Name, "the new version does without it");
        return step with
        {
            Locks = [.. step.Locks, .. Ddl.Parents([constraint], CommandLocks.DropForeignKey).Where(held => held.Table != context.Named(table))],
        };
    }

    private static void RefuseWhatIsPointedAt(PlanningContext context, TableSnapshot table, ConstraintSnapshot constraint, SourcePosition at)
    {
        if (constraint.Key is not { } key)
        {
            return;
        }

        var here = from other in context.Before.Tables.Values
                   from foreign in other.Constraints
                   where foreign.References is { } references && references.Table == context.Named(table)
                       && references.ReferencedColumns.ToHashSet().SetEquals(key.Columns)
                   select $"foreign key {foreign.Name} of {other.Name}";
        var elsewhere = table.Dependents
            .Where(d => d.Kind == "foreign key" && d.Schema != context.Schema && key.Columns.Any(c => table.Find(c)!.StoredAs == d.Column))
            .Select(d => $"foreign key {d.Name}");
        // A view that groups by a primary key may show what depends on it, and depends on the key for that (manual, SELECT, GROUP BY).
        var others = context.Ask(new FindConstraintUsers(context.Stored(table), constraint.Name) { At = at, What = "constraint" })
            .All.Select(found => found.Description);
        ImmutableArray<string> users = [.. here.Concat(elsewhere).Concat(others).Distinct()];
        if (!users.IsEmpty)
        {
            throw Refusals.ConstraintInUse(at, constraint.Name, users);
        }
    }
}
