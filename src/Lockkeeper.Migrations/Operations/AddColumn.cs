using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
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
        var sequence = integer is null ? (TableName?)null : new TableName(context.Schema, OwnedNames.Sequence(Table, Column.Name));
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
        AddSequence(parts, sequence, integer);
        parts.AddColumn(needsRewrite, "the new column, under a name of its own until completion");
        OwnSequence(parts, sequence);
        AddConstraints(parts);
        return new OperationPlan
        {
            After = context.Before.With(parts.Result),
            Tables = [new TableChange(parts.Stored, parts.Expand, Syncs(context, table, column, described, needsRewrite))
            {
                IsPartitioned = table.IsPartitioned,
            }],
            AfterBackfill = parts.AfterBackfill,
            Late = parts.Late,
            MadeWay = parts.MadeWay,
            Validate = parts.Validate,
            Swap = parts.Swap,
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

        if (Column.Generated is { Expression: null })
        {
            throw Refusals.NotSupported(
                Column.Source.Of("generated"), "Adding an identity column would write every row again under a lock that stops all clients.",
                "Add a plain column with \"up\"; a default of nextval('...') numbers new rows.");
        }
    }

    /// <summary>The constraints that the file gives the column, and its name in the end.</summary>
    public void AddConstraints(NewColumn parts)
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
            parts.AddUnique(OwnedNames.UniqueConstraint(Table, Column.Name), Column.Source.Of("unique"));
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

    private static void AddSequence(NewColumn parts, TableName? sequence, string? integer)
    {
        if (sequence is not null)
        {
            parts.AddExpand(new Step($"CREATE SEQUENCE {sequence} AS {integer}", [], "the sequence of the serial column")
            {
                Undo = new Step($"DROP SEQUENCE IF EXISTS {sequence}", [], $"take back sequence {sequence}"),
            });
        }
    }

    private static void OwnSequence(NewColumn parts, TableName? sequence)
    {
        if (sequence is not null)
        {
            parts.AddExpand(new Step(
                $"ALTER SEQUENCE {sequence} OWNED BY {parts.Stored}.{parts.Column.StoredAs}",
                [new TableLock(parts.Stored, LockMode.AccessShare)],
                "the sequence goes where its column goes"));
        }
    }
}
