using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Versions;

/// <summary>
/// In which order a version shows a table's columns: in that of the version before, and new ones behind. A column that was copied is stored behind
/// all others from completion on, and nobody who reads or inserts by position is to notice.
/// </summary>
internal static class ColumnOrder
{
    /// <summary>The same schema, in which every column knows its place.</summary>
    /// <param name="schema">The tables as they are.</param>
    /// <param name="shown">The views of the version before.</param>
    public static SchemaSnapshot Placed(SchemaSnapshot schema, ImmutableArray<ShownView> shown)
    {
        var views = shown.ToDictionary(view => view.Name.Value, view => view.Columns, StringComparer.Ordinal);
        return schema with
        {
            Tables = SchemaSnapshot.NoTables.AddRange(schema.Tables.Select(entry =>
                KeyValuePair.Create(entry.Key, Placed(entry.Value, views.GetValueOrDefault(entry.Key, []))))),
        };
    }

    /// <summary>The same table, in which every column knows its place.</summary>
    /// <param name="table">The table as it is.</param>
    /// <param name="shown">What was shown of it, by the columns' own names.</param>
    public static TableSnapshot Placed(TableSnapshot table, ImmutableArray<Identifier> shown)
    {
        var known = table.Columns.Select(c => c.StoredAs).Where(shown.Contains).ToImmutableArray();
        // Where nothing was moved, the table's order is right also for a column that was renamed by hand, and is not known by its name.
        var order = known.SequenceEqual(shown.Where(known.Contains))
            ? [.. table.Columns.Select(c => c.StoredAs)]
            : shown.AddRange(table.Columns.Select(c => c.StoredAs).Where(name => !known.Contains(name)));
        return table with { Columns = [.. table.Columns.Select(c => c with { Place = order.IndexOf(c.StoredAs) })] };
    }

    /// <summary>The columns as a view shows them.</summary>
    public static IEnumerable<ColumnSnapshot> Of(TableSnapshot table) => table.Columns.OrderBy(c => c.Place ?? int.MaxValue);
}
