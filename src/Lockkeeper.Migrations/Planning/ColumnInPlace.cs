using System.Collections.Immutable;
using Lockkeeper.Migrations.Operations;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>
/// Changes a column where it is. What is added holds for both versions from the start, so that it can be undone; what is taken away, and the type,
/// are the old version's until completion.
/// </summary>
internal sealed class ColumnInPlace(PlanningContext context, AlterColumn operation, TableSnapshot table, ColumnSnapshot column)
{
    private readonly ImmutableArray<Step>.Builder _swap = ImmutableArray.CreateBuilder<Step>();
    private readonly InPlaceNotes _notes = new(operation.Table, operation.Column);

    private TableName Named => context.Named(table);

    private Identifier Name => operation.Column;

    /// <param name="retyping">What the server makes of the new type; null when the type stays.</param>
    public OperationPlan Plan(TypeChange? retyping)
    {
        var after = Nullable(Texts(Retyped(column, retyping)));
        var added = new AddedConstraints(context, table.With(Name, after));
        if (operation.Nullable == false)
        {
            added.AddNotNull(Name, operation.Source.Of("nullable"));
        }

        operation.AddConstraints(context, added);
        _notes.Obeyed(added);
        return new OperationPlan
        {
            After = context.Before.With(added.Result),
            Tables = [new TableChange(context.Stored(table), added.Expand, []) { IsPartitioned = table.IsPartitioned }],
            Looks = added.Looks,
            AfterBackfill = added.AfterBackfill,
            Late = added.Late,
            AfterLate = added.AfterLate,
            MadeWay = added.MadeWay,
            Swap = [.. added.NotNull, .. _swap, .. added.Keys],
            Retyped = retyping is null ? [] : [new RetypedColumn(table.StoredAs, column.StoredAs)],
            Notes = _notes.All,
        };
    }

    private ColumnSnapshot Retyped(ColumnSnapshot before, TypeChange? retyping)
    {
        if (retyping is null)
        {
            return before;
        }

        var type = operation.Described(context, operation.Type!).Type;
        _swap.Add(Ddl.AlterType(Named, Name, InPlaceType.Text(before, type)));
        _notes.Retyped(type);
        var after = ColumnStorage.Retyped(before, type) with { Default = retyping.Default };
        // The server goes back to the type's own with every change of type (ATExecAlterColumnType in tablecmds.c).
        _swap.AddRange(Ddl.Attributes(Named, Name, after with { StatisticsTarget = null, Grants = [] }, context.Facts.MajorVersion));
        _notes.Add(ColumnStorage.Notes(before, after));
        return after;
    }

    private ColumnSnapshot Texts(ColumnSnapshot before)
    {
        var after = before;
        if (operation.Default.IsGiven)
        {
            after = after with { Default = operation.Described(context, after.Type).Default };
            _swap.Add(Ddl.SetDefault(Named, Name, after.Default, "the new version's default becomes the table's"));
        }

        if (operation.Comment.IsGiven)
        {
            after = after with { Comment = operation.Comment.Value };
            _swap.Add(Ddl.CommentOnColumn(Named, Name, after.Comment));
        }

        return after;
    }

    private ColumnSnapshot Nullable(ColumnSnapshot before)
    {
        if (operation.Nullable != true)
        {
            return before;
        }

        _swap.Add(Ddl.DropNotNull(Named, Name));
        _notes.Nullable();
        return before with { Nullable = true };
    }
}
