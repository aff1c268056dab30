using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Changes a column. A default or a comment is changed in its place; anything else makes a copy that both versions keep in step.</summary>
internal sealed record AlterColumn(Identifier Table, Identifier Column) : Operation
{
    public static OperationKind Kind { get; } = new("alter_column", Read);

    public string? Type { get; init; }

    public bool? Nullable { get; init; }

    public Clearable<string> Default { get; init; }

    public Clearable<string> Comment { get; init; }

    public CheckFields? Check { get; init; }

    public ReferenceFields? References { get; init; }

    public Identifier? Unique { get; init; }

    public string? Up { get; init; }

    public string? Down { get; init; }

    private bool NeedsCopy => Type is not null || Nullable is not null || Check is not null || References is not null || Unique is not null;

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        var column = table.Column(Column, Source.Of("column"));
        RefuseWhatIsIncomplete(column);
        return NeedsCopy ? PlanCopy(context, table, column) : PlanInPlace(context, table, column);
    }

    private static AlterColumn Read(FieldReader reader) => new(reader.RequiredName("table"), reader.RequiredName("column"))
    {
        Type = reader.OptionalText("type"),
        Nullable = reader.OptionalFlag("nullable"),
        Default = reader.OptionalClearableText("default"),
        Comment = reader.OptionalClearableText("comment"),
        Check = reader.OptionalObject("check", CheckFields.Read),
        References = reader.OptionalObject("references", ReferenceFields.Read),
        Unique = reader.OptionalObject("unique", NameOf)?.Name,
        Up = reader.OptionalText("up"),
        Down = reader.OptionalText("down"),
        Source = reader.Source,
    };

    private static NameField NameOf(FieldReader reader) => new(reader.RequiredName("name"));

    private void RefuseWhatIsIncomplete(ColumnSnapshot column)
    {
        if (!NeedsCopy && !Default.IsGiven && !Comment.IsGiven)
        {
            throw Refusals.NothingToChange(Source.At, Column);
        }

        if (Nullable == column.Nullable)
        {
            throw Refusals.NullabilityUnchanged(Source.Of("nullable"), Column, column.Nullable);
        }

        var valuesChange = Type is not null || Check is not null || References is not null;
        if (Up is null && (valuesChange || Nullable == false))
        {
            throw Refusals.FieldRequired(Source.At, "up", $"it makes the new value of {Column} from the old row.");
        }

        if (Down is null && (valuesChange || Nullable == true))
        {
            throw Refusals.FieldRequired(Source.At, "down", $"it makes the old value of {Column} from the new row, for clients of the old version.");
        }
    }

    private OperationPlan PlanInPlace(PlanningContext context, TableSnapshot table, ColumnSnapshot column)
    {
        var after = column;
        var swap = ImmutableArray.CreateBuilder<Model.Plans.Step>();
        if (Default.IsGiven)
        {
            after = after with { Default = Described(context, column.Type, Default.Value).Default };
            swap.Add(Ddl.SetDefault(context.Named(table), Column, after.Default, "the new version's default becomes the table's"));
        }

        if (Comment.IsGiven)
        {
            after = after with { Comment = Comment.Value };
            swap.Add(Ddl.CommentOnColumn(context.Named(table), Column, Comment.Value));
        }

        return new OperationPlan
        {
            After = context.Before.With(table.With(Column, after)),
            Swap = swap.ToImmutable(),
            Notes = [$"Column {Column} of {Table} needs no copy: only its default or comment changes."],
        };
    }

    private OperationPlan PlanCopy(PlanningContext context, TableSnapshot table, ColumnSnapshot column)
    {
        RefuseWhatCannotBeCopied(context, table, column);
        var newDefault = Default.IsGiven ? Default.Value : column.Default;
        var described = Described(context, Type ?? column.Type, newDefault);
        described.RefuseRewrite(Source.Of("type"));
        var old = context.Ask(new DescribeColumn(column.Type, null) { At = Source.Of("column"), What = "column" });
        var copy = new ColumnSnapshot(Column, described.Type, Nullable ?? column.Nullable)
        {
            StoredAs = ReservedNames.NewColumn(table, Column),
            Default = described.Default,
            Collation = Type is null ? column.Collation : null,
            Comment = Comment.IsGiven ? Comment.Value : column.Comment,
            OwnedSequence = column.OwnedSequence,
        };

        // A column that is added stands last, in the views as in the table that completion leaves.
        var row = table with { Columns = table.Columns.Remove(column).Add(copy) };
        var parts = new NewColumn(context, table, row with { Constraints = [], Indexes = [] }, copy);
        var carried = new CarriedOver(context, parts, table, column, Source.Of("type"));
        // The default of the copy is for new rows alone: every old row gets "up".
        parts.AddColumn(defaultNeedsRewrite: true, $"the changed column {Column}, under a name of its own until completion");
        carried.BeforeSwap();
        carried.DropOld();
        parts.AddRename();
        carried.AfterRename();
        var changed = new NewColumn(context, table, parts.Result, copy);
        AddConstraints(changed);

        return new OperationPlan
        {
            After = context.Before.With(changed.Result),
            Tables = [new TableChange(parts.Stored, [.. parts.Expand, .. changed.Expand], Syncs(context, table, column, row, described, old))
            {
                IsPartitioned = table.IsPartitioned,
            }],
            AfterBackfill = [.. parts.AfterBackfill, .. changed.AfterBackfill],
            Validate = [.. parts.Validate, .. changed.Validate],
            Swap = [.. parts.Swap, .. changed.Swap],
            Notes = [.. carried.Notes, .. TriggerNotes(table)],
        };
    }

    private IEnumerable<string> TriggerNotes(TableSnapshot table) => table.Triggers.IsEmpty
        ? []
        :
        [
            $"Table {Table} has triggers of its own ({string.Join(", ", table.Triggers.Select(t => t.Name))}): "
            + $"from completion on, their functions meet the changed column {Column}.",
        ];

    private void AddConstraints(NewColumn parts)
    {
        if (Check is not null)
        {
            parts.AddCheck(Check);
        }

        if (References is not null)
        {
            parts.AddReference(References);
        }

        if (Unique is { } name)
        {
            parts.AddUnique(name, Source.Of("unique", "name"));
        }
    }

    private ImmutableArray<ColumnSync> Syncs(
        PlanningContext context,
        TableSnapshot table,
        ColumnSnapshot column,
        TableSnapshot row,
        DescribedColumn described,
        DescribedColumn old)
    {
        var up = context.Ask(new CompileExpression(table, Up ?? Column.ToString(), described.BaseType) { At = Source.Of("up"), What = "up" });
        var down = context.Ask(new CompileExpression(row, Down ?? Column.ToString(), old.BaseType) { At = Source.Of("down"), What = "down" });
        table.RefuseGeneratedInputs(up.Inputs, Source.Of("up"), "up");
        row.RefuseGeneratedInputs(down.Inputs, Source.Of("down"), "down");
        return
        [
            new ColumnSync(SyncDirection.Up, row.Columns[^1].StoredAs, up),
            new ColumnSync(SyncDirection.Down, column.StoredAs, down),
        ];
    }

    private DescribedColumn Described(PlanningContext context, string type, string? expression) => context.Ask(
        new DescribeColumn(type, expression) { At = Source.Of("type"), What = "type", DefaultAt = Source.Of("default") });

    private void RefuseWhatCannotBeCopied(PlanningContext context, TableSnapshot table, ColumnSnapshot column)
    {
        var users = context.UsersOf(table, column);
        if (!users.IsEmpty)
        {
            throw Refusals.ColumnInUse(Source.Of("column"), Column, users);
        }

        if (Nullable == true && table.Constraints.FirstOrDefault(c => c.Key is { Kind: ConstraintKind.PrimaryKey } && c.Columns.Contains(Column)) is { } key)
        {
            throw Refusals.NotSupported(
                Source.Of("nullable"), $"Column {Column} is part of the primary key {key.Name}, which takes no nulls.", "Drop the key first.");
        }

        if (column.Generated is not null)
        {
            throw Refusals.NotSupported(
                Source.Of("column"), $"The server makes the values of the generated column {Column} itself.", "Drop it and add it anew.");
        }

        if (column.Identity != ColumnIdentity.None)
        {
            throw Refusals.NotSupported(
                Source.Of("column"), $"Column {Column} is an identity column, and its sequence cannot be moved to a copy.",
                "Leave its type alone, or turn it into a serial column first (DROP IDENTITY, a sequence, a default of nextval).");
        }
    }

    private sealed record NameField(Identifier Name);
}
