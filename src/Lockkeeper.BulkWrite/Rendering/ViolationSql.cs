using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>Which rows of an input violate a key. They lock nothing and give the numbers of the rows.</summary>
internal static class ViolationSql
{
    /// <summary>The expression of a table's check constraint, by the table and the constraint's name.</summary>
    public const string Check = """
        SELECT pg_catalog.pg_get_expr(conbin, conrelid) FROM pg_catalog.pg_constraint
        WHERE contype = 'c' AND conrelid = $1::pg_catalog.regclass AND conname = $2
        """;

    /// <summary>Rows for which the expression does not hold. Its columns are those of the input: there is nothing else that they could be.</summary>
    public static string Unchecked(ChangeShape change, string check, TableFacts table, Statement statement) => $"""
        SELECT source.{Statement.Row} FROM {statement.Keys(change, change.Map.Columns, table)} AS source
        WHERE NOT ({check}) ORDER BY 1
        """;

    /// <summary>Casts a column of rows, and gives nothing.</summary>
    public static string Cast(ChangeShape change, Identifier column, TableFacts table, Statement statement) =>
        $"SELECT count(source.{column}) FROM {statement.Keys(change, [column], table)} AS source";

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
