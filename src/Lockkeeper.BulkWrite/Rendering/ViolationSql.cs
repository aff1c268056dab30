using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>Which rows of an input violate a key. They lock nothing and give the numbers of the rows.</summary>
internal static class ViolationSql
{
    /// <summary>Rows whose key in an index another row of the table has.</summary>
    /// <param name="change">The input.</param>
    /// <param name="columns">The columns of the index.</param>
    /// <param name="ownKey">The columns by which a row that is there is written over and not violated; none for plain inserts.</param>
    /// <param name="table">The table.</param>
    /// <param name="statement">Numbers the parameters.</param>
    public static string Taken(
        ChangeShape change, ImmutableArray<Identifier> columns, ImmutableArray<Identifier> ownKey, TableFacts table, Statement statement)
    {
        var another = ownKey.IsEmpty ? "" : $" AND ({string.Join(" OR ", ownKey.Select(column => $"target.{column} <> source.{column}"))})";
        return $"""
            SELECT source.{Statement.Row} FROM {statement.Keys(change, columns.Union(ownKey), table)} AS source
            JOIN {table.Name} AS target ON {string.Join(" AND ", columns.Select(column => $"target.{column} = source.{column}"))}{another}
            ORDER BY 1
            """;
    }

    /// <summary>Rows that reference a row which is not there.</summary>
    public static string Orphans(ChangeShape change, Reference reference, TableFacts table, Statement statement)
    {
        var same = reference.Columns.Select((column, place) => $"parent.{reference.ParentColumns[place]} = source.{column}");
        return $"""
            SELECT source.{Statement.Row} FROM {statement.Keys(change, reference.Columns, table)} AS source
            WHERE {string.Join(" AND ", reference.Columns.Select(column => $"source.{column} IS NOT NULL"))}
              AND NOT EXISTS (SELECT FROM {reference.Parent} AS parent WHERE {string.Join(" AND ", same)})
            ORDER BY 1
            """;
    }
}
