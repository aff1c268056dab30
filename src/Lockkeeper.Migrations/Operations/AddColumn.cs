using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Adds a column that only the new version sees, and fills it from what the old version writes.</summary>
internal sealed record AddColumn(Identifier Table, ColumnFields Column, string? Up) : Operation
{
    public static OperationKind Kind { get; } = new("add_column", Read);

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        table.RefuseColumn(Column.Name, Column.Source.Of("name"));
        RefuseWhatCannotBeAdded();
        if (Column.Generated?.Expression is { } generated)
        {
            return new GeneratedColumn(context, this, table, Column.Generated).Plan(generated);
        }

        var integer = SerialTypes.IntegerOf(Column.Type);
        var described = context.Ask(new DescribeColumn(integer ?? Column.Type, Column.Default)
        {
            At = Column.Source.Of("type"),
            What = "type",
            DefaultAt = Column.Source.Of("default"),
        });
        described.RefuseRewrite(Column.Source.Of("type"));
        var sequence = integer is null && Column.Generated is null
            ? (TableName?)null
            : FreeNames.Sequence(context, Table, Column.Name, inTheEnd: false, Column.Source.Of("type"));
        var column = new ColumnSnapshot(Column.Name, described.Type, Column.Nullable && sequence is null)
        {
            StoredAs = ReservedNames.NewColumn(table, Column.Name),
            Default = sequence is null ? described.Default : OwnedNames.NextValue(context, sequence.Value, Column.Source.Of("type")),
            Comment = Column.Comment,
            OwnedSequence = sequence,
        };
        var needsRewrite = described.DefaultNeedsRewrite || sequence is not null;
        if (column is { Nullable: false, Default: null } && Up is null)
        {
            throw Refusals.FieldRequired(Source.At, "up", $"column {Column.Name} is NOT NULL without a default, and there are rows to fill.");
        }

        var parts = new NewColumn(context, table, table with { Columns = table.Columns.Add(column) }, column);
        var numbers = sequence is { } name ? NumbersOf(context, table, parts, name) : null;
        numbers?.Create();
        parts.AddColumn(needsRewrite, "the new column, under a name of its own until completion");
        numbers?.BelongToColumn();
        AddConstraints(context, parts);
        numbers?.BecomeIdentity();
        return new OperationPlan
        {
            After = context.Before.With(numbers is null ? parts.Result : parts.Result.With(Column.Name, numbers.Final)),
            Tables = [new TableChange(parts.Stored, parts.Expand, Syncs(context, table, column, described, needsRewrite))
            {
                IsPartitioned = table.IsPartitioned,
            }],
            AfterBackfill = parts.AfterBackfill,
            Late = parts.Late,
            MadeWay = parts.MadeWay,
            Validate = parts.Validate,
            Swap = parts.Swap,
            Notes = Column.Generated is null
                ? []
                : [$"Column {Column.Name} of {Table} is an identity column from completion on; until then the new version may also set it."],
        };
    }

    private static AddColumn Read(FieldReader reader) => new(
        reader.RequiredName("table"), reader.RequiredObject("column", ColumnFields.Read), reader.OptionalSql("up"))
    {
        Source = reader.Source,
    };

    private void RefuseWhatCannotBeAdded()
    {
        if (Column.PrimaryKey)
        {
            throw Refusals.NotSupported(
                Column.Source.Of("pk"), "A primary key cannot be added together with its column.",
                "Add the column first, and the key in a migration of its own.");
        }

        var isNumbered = SerialTypes.IntegerOf(Column.Type) is not null || Column.Generated is { Expression: null };
        if (isNumbered && Column.Default is not null)
        {
            throw Refusals.NotSupported(
                Column.Source.Of("default"), $"Column {Column.Name} takes its values from a sequence of its own, and from a default too.", "Leave one of the two out.");
        }
    }

    private AddedSequence NumbersOf(PlanningContext context, TableSnapshot table, NewColumn parts, TableName sequence)
    {
        var numbers = new AddedSequence(context, table, parts, sequence)
        {
            Identity = Column.Generated?.Identity ?? ColumnIdentity.None,
            Options = Column.Generated?.SequenceOptions,
        };
        numbers.Refuse(Column.Source.Of("type"), Column.Source.Of("generated"));
        return numbers;
    }

    /// <summary>The constraints that the file gives the column, and its name in the end.</summary>
    public void AddConstraints(PlanningContext context, NewColumn parts)
    {
        if (Column.Check is not null)
        {
            parts.AddCheck(Column.Check);
        }

        if (Column.References is not null)
        {
            parts.AddReference(Column.References);
        }

        parts.AddRename();
        if (Column.Unique)
        {
            var at = Column.Source.Of("unique");
            parts.AddUnique(FreeNames.UniqueConstraint(context, Table, Column.Name, at), at);
        }
    }

    // What an old row gets: "up" if there is one, else a default that differs from row to row. A constant default is there already.
    private ImmutableArray<ColumnSync> Syncs(
        PlanningContext context, TableSnapshot table, ColumnSnapshot column, DescribedColumn described, bool needsRewrite)
    {
        var expression = Up ?? (needsRewrite ? Column.Default ?? column.Default : null);
        if (expression is null)
        {
            return [];
        }

        var (at, what) = Up is null ? (Column.Source.Of("default"), "default") : (Source.Of("up"), "up");
        if (column.OwnedSequence is not null && Up is null)
        {
            // The sequence does not exist yet, so the server cannot compile a call that names it; the text is ours and needs no compiling.
            return [new ColumnSync(SyncDirection.Up, column.StoredAs, new CompiledExpression(expression, []))];
        }

        var up = context.Ask(new CompileExpression(table, expression, described.BaseType) { At = at, What = what });
        table.RefuseGeneratedInputs(up.Inputs, at, what);
        return [new ColumnSync(SyncDirection.Up, column.StoredAs, up)];
    }
}
