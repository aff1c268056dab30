using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Whether an expression leaves a column's values alone. The server says so: it compiles the expression to what it makes of the bare column.</summary>
internal static class ColumnValues
{
    /// <summary>Whether neither "up" nor "down" changes a value.</summary>
    public static bool AreKept(this PlanningContext context, TableSnapshot table, ColumnChange change) =>
        context.IsKept(table, change.Old.Name, change.Up, change.New.Type, change.UpAt, "up")
        && context.IsKeptDown(table, change);

    /// <summary>Whether "down" changes no value.</summary>
    public static bool IsKeptDown(this PlanningContext context, TableSnapshot table, ColumnChange change) => context.IsKept(
        table.With(change.Old.Name, change.New with { StoredAs = change.Old.StoredAs }), change.Old.Name, change.Down, change.Old.Type, change.DownAt, "down");

    /// <summary>The type without its modifier, so that a cast to it cuts nothing off.</summary>
    public static string BaseType(this PlanningContext context, string type, SourcePosition at) =>
        context.Ask(new DescribeColumn(type, null) { At = at, What = "column" }).BaseType;

    private static bool IsKept(
        this PlanningContext context, TableSnapshot row, Identifier column, string? expression, string type, SourcePosition at, string what)
    {
        if (expression is null)
        {
            return true;
        }

        var assigned = context.BaseType(type, at);
        if (what == "down" && DownExpression.Of(context, row, expression, assigned, at).Compiled is null)
        {
            return false;
        }

        return context.Ask(new CompileExpression(row, expression, assigned) { At = at, What = what })
            == context.Ask(new CompileExpression(row, column.ToString(), assigned) { At = at, What = what });
    }
}
