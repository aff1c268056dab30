using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The names of NOT NULL constraints, which they have since PostgreSQL 18.</summary>
internal static class NotNullNames
{
    private const int FirstWithNames = 18;

    /// <summary>What is added to NOT NULL for a column that goes by another name until completion: the server would make a name of that one.</summary>
    public static string Clause(PlanningContext context, TableSnapshot table, ColumnSnapshot column)
    {
        if (context.Facts.MajorVersion < FirstWithNames)
        {
            return "";
        }

        var taken = All(context, table).Select(constraint => constraint.Name).Concat(table.Constraints.Select(c => c.Name)).ToHashSet();
        return $" CONSTRAINT {Enumerable.Range(0, taken.Count + 1).Select(i => OwnedNames.NotNull(table.Name, column.Name, i)).First(name => !taken.Contains(name))}";
    }

    /// <summary>The constraint of a column that is there; null where it has none, or none with a name.</summary>
    public static NamedNotNull? Of(PlanningContext context, TableSnapshot table, ColumnSnapshot column) =>
        context.Facts.MajorVersion < FirstWithNames ? null : All(context, table).FirstOrDefault(constraint => constraint.Column == column.StoredAs);

    private static ImmutableArray<NamedNotNull> All(PlanningContext context, TableSnapshot table) =>
        context.Ask(new FindNotNulls(context.Stored(table)) { At = SourcePosition.Whole(table.Name.Value), What = "table" }).All;
}
