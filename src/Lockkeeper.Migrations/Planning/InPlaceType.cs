using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Server.Compiling;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Whether a column can get another type in the swap, which must take no longer on a large table than on a small one.</summary>
internal static class InPlaceType
{
    /// <summary>What the server makes of the change; its obstacle may also be one that is seen without asking.</summary>
    /// <param name="context">What is known.</param>
    /// <param name="table">The table, with the indexes that the operation adds.</param>
    /// <param name="column">The column.</param>
    /// <param name="type">Its new type.</param>
    /// <param name="at">Where the file says so.</param>
    public static TypeChange Of(PlanningContext context, TableSnapshot table, ColumnSnapshot column, string type, SourcePosition at)
    {
        var obstacle = Obstacle(context, table, column);
        return obstacle is null
            ? context.Ask(new ProbeTypeChange(Bare(table), column.Name, type) { At = at, What = "type" })
            : new TypeChange(obstacle, null);
    }

    /// <summary>The type as ALTER TYPE takes it: without being told, the server would leave the column's collation for the type's own.</summary>
    public static string Text(ColumnSnapshot column, string type) => column.Collation is null ? type : $"{type} COLLATE {column.Collation}";

    private static string? Obstacle(PlanningContext context, TableSnapshot table, ColumnSnapshot column)
    {
        // What depends on a column is made anew with its type, and every row is read for it (ATPostAlterTypeCleanup in tablecmds.c).
        if (table.Constraints.FirstOrDefault(c => c.Key is null && table.Mentions(c, column.Name)) is { } constraint)
        {
            return $"checks constraint {constraint.Name} on every row again";
        }

        if (table.IsPartitioned)
        {
            return "changes every partition with all its indexes";
        }

        // UsersOf knows also of foreign keys that operations before this one add.
        return column.Generated is not null || column.Identity != ColumnIdentity.None || !context.UsersOf(table, column).IsEmpty
            ? "would have to change what else uses the column"
            : null;
    }

    // The server is asked about the same thing only once, whatever else belongs to the table.
    private static TableSnapshot Bare(TableSnapshot table) => table with
    {
        Constraints = [],
        Triggers = [],
        Dependents = [],
        Grants = [],
        Comment = null,
    };
}
