using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Gives a table in use a constraint. Columns whose values it needs changed are copied; the others stay where they are.</summary>
internal sealed record CreateConstraint(Identifier Table, ConstraintFields Constraint, ColumnMaps Maps) : Operation
{
    public static OperationKind Kind { get; } = new("create_constraint", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        foreach (var name in Constraint.Columns.Concat(Constraint.Index.Include))
        {
            table.Column(name, Source.Of("columns"));
        }

        Maps.Refuse(Constraint.Columns, upIsPartial: false);
        var changes = Changes(context, table);
        var copies = ColumnCopies.Of(context, table, table, changes);
        var changed = context with { Before = context.Before.With(copies.Result) };
        var added = new AddedConstraints(changed, copies.Result);
        Add(changed, added);
        return new OperationPlan
        {
            After = context.Before.With(added.Result),
            Tables =
            [
                new TableChange(context.Stored(table), [.. copies.Expand, .. added.Expand], copies.Syncs) { IsPartitioned = table.IsPartitioned },
            ],
            Looks = added.Looks,
            AfterBackfill = [.. copies.AfterBackfill, .. added.AfterBackfill],
            Late = [.. copies.Late, .. added.Late],
            AfterLate = [.. copies.AfterLate, .. added.AfterLate],
            MadeWay = added.MadeWay,
            Validate = copies.Validate,
            Views = copies.Views,
            Carried = copies.Carried,
            Expressions = copies.Expressions,
            Statistics = copies.Statistics,
            Swap = [.. copies.Swap, .. added.Swap],
            Notes = [.. ConstraintNotes.Of(Table, Constraint.Name, changes), .. Timing(), InPlaceNotes.ForBoth(Table), .. copies.Notes],
        };
    }

    private static CreateConstraint Read(FieldReader reader) => new(
        reader.RequiredName("table"),
        ConstraintFields.Read(reader, ConstraintFields.OfTablesInUse),
        new ColumnMaps(reader.OptionalSqlByColumn("up"), reader.OptionalSqlByColumn("down")) { Source = reader.Source })
    {
        Source = reader.Source,
    };

    // A column that an operation before this one gives another type in the swap would have the new constraint checked once more then.
    private ImmutableArray<ColumnChange> Changes(PlanningContext context, TableSnapshot table)
    {
        var changes = Maps.Changes(context, table, Constraint.Columns);
        return Constraint.Kind is ConstraintKind.Check or ConstraintKind.ForeignKey or ConstraintKind.PrimaryKey
            ?
            [
                .. changes,
                .. Constraint.Columns.Select(name => Maps.ChangeOf(table.Find(name)!)).Except(changes).Where(c => context.IsRetyped(table, c.Old)),
            ]
            : changes;
    }

    private void Add(PlanningContext context, AddedConstraints added)
    {
        switch (Constraint.Kind)
        {
            case ConstraintKind.Check:
                var check = new CheckFields(Constraint.Name, Constraint.Check!, Constraint.NoInherit);
                added.AddCheck(check.Name, check.Definition, check.NoInherit, Source, "check");
                break;
            case ConstraintKind.ForeignKey:
                added.AddReference(Constraint.Name, Constraint.Columns, Constraint.Resolve(context, added.Result), Source);
                break;
            default:
                added.AddKey(Constraint.Name, Constraint.Key, Constraint.Index, Source);
                break;
        }
    }

    private IEnumerable<string> Timing() => Constraint.Key is { Kind: ConstraintKind.Unique or ConstraintKind.PrimaryKey, Deferrable: true }
        ? [$"Until completion constraint {Constraint.Name} is only an index, which no transaction can defer."]
        : [];
}
