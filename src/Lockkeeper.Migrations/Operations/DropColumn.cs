using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Hides a column from the new version at once, and drops it on completion.</summary>
internal sealed record DropColumn(Identifier Table, Identifier Column, string? Down) : Operation
{
    public static OperationKind Kind { get; } = new("drop_column", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        var column = table.Column(Column, Source.Of("column"));
        RefuseWhatBreaks(context, table, column);

        // The server drops with a column whatever mentions it (manual, ALTER TABLE, DROP COLUMN).
        var lostConstraints = table.Constraints.Where(c => table.Mentions(c, Column)).ToImmutableArray();
        var lostIndexes = table.Indexes.Where(i => i.Columns.Contains(Column)).ToImmutableArray();
        var after = table with
        {
            Columns = table.Columns.Remove(column),
            Constraints = table.Constraints.RemoveRange(lostConstraints),
            Indexes = table.Indexes.RemoveRange(lostIndexes),
        };
        return new OperationPlan
        {
            After = context.Before.With(after),
            Tables = Down is null ? [] : [Filled(context, table, column, after)],
            Swap =
            [
                // One that has it in an expression or a predicate only would keep it from being dropped.
                .. lostConstraints.Where(c => c.Kind == ConstraintKind.Exclusion && !c.Columns.Contains(Column))
                    .Select(c => Ddl.DropConstraint(context.Named(table), c.Name, "it mentions the old version's column")),
                Ddl.DropColumn(context.Named(table), Column, lostConstraints, "the old version's column"),
            ],
            Notes =
            [
                .. lostConstraints.Select(c => $"Completing drops constraint {c.Name}, which mentions column {Column}."),
                .. lostIndexes.Where(i => !i.BelongsToConstraint)
                    .Select(i => $"Completing drops index {i.Name}, which mentions column {Column}."),
            ],
        };
    }

    private static DropColumn Read(FieldReader reader) =>
        new(reader.RequiredName("table"), reader.RequiredName("column"), reader.OptionalSql("down")) { Source = reader.Source };

    private TableChange Filled(PlanningContext context, TableSnapshot table, ColumnSnapshot column, TableSnapshot after)
    {
        var described = context.Ask(new DescribeColumn(column.Type, null) { At = Source.Of("column"), What = "column" });
        var down = context.Ask(new CompileExpression(after, Down!, described.BaseType) { At = Source.Of("down"), What = "down" });
        after.RefuseGeneratedInputs(down.Inputs, Source.Of("down"), "down");
        return new TableChange(context.Stored(table), [], [new ColumnSync(SyncDirection.Down, column.StoredAs, down)])
        {
            IsPartitioned = table.IsPartitioned,
        };
    }

    private void RefuseWhatBreaks(PlanningContext context, TableSnapshot table, ColumnSnapshot column)
    {
        var users = context.UsersOf(table, column, "statistics", "partition index", "partition constraint");
        if (!users.IsEmpty)
        {
            throw Refusals.ColumnInUse(Source.Of("column"), Column, users);
        }

        ReplicaIdentityLoss.Refuse(context, table, index => index.Columns.Contains(Column), Source.Of("column"));
        if (Down is null && column is { Nullable: false, Default: null, Identity: ColumnIdentity.None, Generated: null })
        {
            throw Refusals.FieldRequired(
                Source.At, "down", $"column {Column} is NOT NULL without a default, so the new version could not insert a row.");
        }

        if (Down is not null && (column.Generated is not null || column.Identity == ColumnIdentity.Always))
        {
            throw Refusals.NotSupported(Source.Of("down"), $"The server makes the values of column {Column} itself.", "Leave \"down\" out.");
        }
    }
}
