using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Operations.Fields;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Operations;

/// <summary>Changes a column: in its place when no value changes, else by a copy that both versions keep in step.</summary>
internal sealed record AlterColumn(Identifier Table, Identifier Column) : Operation
{
    public static OperationKind Kind { get; } = new("alter_column", Read);

    public string? Type { get; init; }

    public bool? Nullable { get; init; }

    public Clearable<string> Default { get; init; }

    public Clearable<string> Comment { get; init; }

    public CheckFields? Check { get; init; }

    public ReferenceFields? References { get; init; }

    public UniqueFields? Unique { get; init; }

    public string? Up { get; init; }

    public string? Down { get; init; }

    private bool HasConstraint => Check is not null || References is not null;

    private bool ChangesMoreThanTexts => Type is not null || Nullable is not null || HasConstraint || Unique is not null;

    public override OperationPlan Plan(PlanningContext context)
    {
        var table = context.Table(Table, Source.Of("table"));
        var column = table.Column(Column, Source.Of("column"));
        RefuseWhatMakesNoSense(table, column);
        if (!ChangesMoreThanTexts)
        {
            return new ColumnInPlace(context, this, table, column).Plan(null);
        }

        var described = Type is null ? null : Described(context, Type);
        var retyping = described is null || described.Type == column.Type
            ? null
            : InPlaceType.Of(context, WithUniqueIndex(table), column, InPlaceType.Text(column, described.Type), Source.Of("type"));
        var change = ChangeOf(column, described);
        var why = WhyCopied(context, table, column, retyping, change);
        if (why is null)
        {
            return new ColumnInPlace(context, this, table, column).Plan(retyping);
        }

        // A copy for our own reasons takes values as they are.
        if (retyping?.Obstacle is not null || (Up ?? Down) is not null)
        {
            RefuseWhatIsIncomplete();
        }

        return PlanCopy(context, table, column, described, why);
    }

    /// <summary>Adds the constraints that the operation names.</summary>
    public void AddConstraints(PlanningContext context, AddedConstraints added)
    {
        if (Check is not null)
        {
            added.AddCheck(Check.Name, Check.Definition, Check.NoInherit, Check.Source, "constraint");
        }

        if (References is not null)
        {
            added.AddReference(References.Name, [Column], References.Resolve(context), References.Source);
        }

        if (Unique is not null)
        {
            added.AddKey(Unique.Name, new KeyConstraint(ConstraintKind.Unique, [Column]), IndexParameterFields.None, Unique.Source);
        }
    }

    /// <summary>What a type is in the server's words, and with it the operation's new default.</summary>
    public DescribedColumn Described(PlanningContext context, string type) =>
        Described(context, type, Default.IsGiven ? Default.Value : null);

    private static AlterColumn Read(FieldReader reader) => new(reader.RequiredName("table"), reader.RequiredName("column"))
    {
        Type = reader.OptionalText("type"),
        Nullable = reader.OptionalFlag("nullable"),
        Default = reader.OptionalClearableText("default"),
        Comment = reader.OptionalClearableText("comment"),
        Check = reader.OptionalObject("check", CheckFields.Read),
        References = reader.OptionalObject("references", ReferenceFields.Read),
        Unique = reader.OptionalObject("unique", UniqueFields.Read),
        Up = reader.OptionalSql("up"),
        Down = reader.OptionalSql("down"),
        Source = reader.Source,
    };

    private void RefuseWhatMakesNoSense(TableSnapshot table, ColumnSnapshot column)
    {
        if (!ChangesMoreThanTexts && !Default.IsGiven && !Comment.IsGiven)
        {
            throw Refusals.NothingToChange(Source.At, Column);
        }

        if (Nullable == column.Nullable)
        {
            throw Refusals.NullabilityUnchanged(Source.Of("nullable"), Column, column.Nullable);
        }

        if (Nullable == true && table.Indexes.Any(i => i.Name == table.ReplicaIdentity && i.Columns.Contains(Column)))
        {
            throw TableRefusals.UnfitReplicaIdentity(Source.Of("nullable"), Table, $"column {Column} of index {table.ReplicaIdentity} would take nulls");
        }

        if (Nullable == true && table.Constraints.FirstOrDefault(c => c.Kind == ConstraintKind.PrimaryKey && c.Columns.Contains(Column)) is { } key)
        {
            throw Refusals.NotSupported(
                Source.Of("nullable"), $"Column {Column} is part of the primary key {key.Name}, which takes no nulls.", "Drop the key first.");
        }
    }

    private string? WhyCopied(
        PlanningContext context, TableSnapshot table, ColumnSnapshot column, TypeChange? retyping, ColumnChange change)
    {
        if (retyping?.Obstacle is { } obstacle)
        {
            return $"to change its type where it is, the server {obstacle}";
        }

        // A check or a foreign key that is there when the type is set in the swap would have every row read again.
        if ((HasConstraint && retyping is not null) || ((HasConstraint || Nullable == false) && context.IsRetyped(table, column)))
        {
            return "a constraint is made for its new type";
        }

        return context.AreKept(table, change) ? null : "\"up\" or \"down\" changes values";
    }

    private ColumnChange ChangeOf(ColumnSnapshot column, DescribedColumn? described) => new(
        column,
        ColumnStorage.Retyped(column, described?.Type ?? column.Type) with
        {
            Nullable = Nullable ?? column.Nullable,
            Collation = Type is null ? column.Collation : null,
            Comment = Comment.IsGiven ? Comment.Value : column.Comment,
        },
        Up,
        Down)
    {
        At = Source.Of("column"),
        UpAt = Source.Of("up"),
        DownAt = Source.Of("down"),
    };

    private OperationPlan PlanCopy(PlanningContext context, TableSnapshot table, ColumnSnapshot column, DescribedColumn? described, string why)
    {
        var withDefault = Described(context, Type ?? column.Type, Default.IsGiven ? Default.Value : column.Default);
        withDefault.RefuseRewrite(Source.Of("type"));
        var change = ChangeOf(column, described);
        var copies = ColumnCopies.Of(context, table, table, [change with { New = change.New with { Default = withDefault.Default } }]);
        var added = new AddedConstraints(context with { Before = context.Before.With(copies.Result) }, copies.Result);
        AddConstraints(context with { Before = context.Before.With(copies.Result) }, added);
        return new OperationPlan
        {
            After = context.Before.With(added.Result),
            Tables = [new TableChange(context.Stored(table), [.. copies.Expand, .. added.Expand], copies.Syncs) { IsPartitioned = table.IsPartitioned }],
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
            Notes = [$"Column {Column} of {Table} is copied: {why}.", .. copies.Notes],
        };
    }

    private void RefuseWhatIsIncomplete()
    {
        var valuesChange = Type is not null || HasConstraint;
        if (Up is null && (valuesChange || Nullable == false))
        {
            throw Refusals.FieldRequired(Source.At, "up", $"it makes the new value of {Column} from the old row.");
        }

        if (Down is null && (valuesChange || Nullable == true))
        {
            throw Refusals.FieldRequired(Source.At, "down", $"it makes the old value of {Column} from the new row, for clients of the old version.");
        }
    }

    private TableSnapshot WithUniqueIndex(TableSnapshot table) => Unique is null
        ? table
        : table with { Indexes = table.Indexes.Add(new IndexSnapshot(Unique.Name, true, $"USING btree ({Column})", [Column])) };

    private DescribedColumn Described(PlanningContext context, string type, string? expression) => context.Ask(
        new DescribeColumn(type, expression) { At = Source.Of("type"), What = "type", DefaultAt = Source.Of("default") });
}
