using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>The statements that write an input. Each gives one row of numbers; docs/bulk-write/statements.md has them as they look.</summary>
internal static class WriteSql
{
    // Types without an equality of their own are compared as they are printed.
    private static readonly HashSet<string> ComparedAsText =
        ["json", "xml", "point", "box", "polygon", "path", "circle", "line", "lseg"];

    public static string Of(ChangeShape change, TableFacts table, Statement statement) => change.Kind switch
    {
        ChangeKind.Insert => Insert(change, table, statement, ""),
        ChangeKind.InsertOrIgnore => Insert(change, table, statement, $"\nON CONFLICT ({Names(change.Map.Key)}) DO NOTHING"),
        ChangeKind.Upsert when !change.Map.Written.Any() =>
            Insert(change, table, statement, $"\nON CONFLICT ({Names(change.Map.Key)}) DO NOTHING"),
        ChangeKind.Upsert => Upsert(change, table, statement),
        ChangeKind.Update => Update(change, table, statement),
        _ => Delete(change, table, statement),
    };

    private static string Insert(ChangeShape change, TableFacts table, Statement statement, string conflict)
    {
        var columns = change.Map.Columns;
        var overriding = columns.Any(column => table.Columns[column].IdentityAlways) ? " OVERRIDING SYSTEM VALUE" : "";
        return $"""
            INSERT INTO {change.Map.Table} AS target ({Names(columns)}){overriding}
            SELECT {Names(columns, "source")}
            FROM {statement.Rows(change, columns, table)} AS source
            ORDER BY {Statement.OrderOf("source", change, table)}{conflict}
            """;
    }

    /// <remarks>
    /// No key column is ever SET: the strength of the row lock goes by the list of columns, not by their values, and FOR UPDATE would block every
    /// insert of a row that references this one. <c>xmax</c> is zero exactly in rows that are new.
    /// </remarks>
    private static string Upsert(ChangeShape change, TableFacts table, Statement statement) => $"""
        WITH written AS (
        {Insert(change, table, statement, "")}
        ON CONFLICT ({Names(change.Map.Key)}) DO UPDATE SET {Assignments(change, "EXCLUDED")}
        WHERE {Guard(change, table, "EXCLUDED")}
        RETURNING (target.xmax = 0) AS inserted)
        SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written
        """;

    private static string Update(ChangeShape change, TableFacts table, Statement statement) => change.Map.Written.Any()
        ? $"""
            {Locked(change, table, statement, change.Map.Columns, LockSql.ModeOf(change, table))}, written AS (
            UPDATE {change.Map.Table} AS target SET {Assignments(change, "source")}
            FROM locked AS source
            WHERE {Same(change, "target", "source")} AND {Guard(change, table, "source")}
            RETURNING 1)
            SELECT (SELECT count(*) FROM locked), (SELECT count(*) FROM written)
            """
        : $"""
            {Locked(change, table, statement, change.Map.Columns, LockSql.ModeOf(change, table))}
            SELECT count(*), 0::bigint FROM locked
            """;

    private static string Delete(ChangeShape change, TableFacts table, Statement statement) => $"""
        {Locked(change, table, statement, change.Map.Key, RowLock.Update)}, written AS (
        DELETE FROM {change.Map.Table} AS target USING locked AS source
        WHERE {Same(change, "target", "source")}
        RETURNING 1)
        SELECT (SELECT count(*) FROM locked), (SELECT count(*) FROM written)
        """;

    /// <remarks>
    /// A join alone locks in the order of the plan, whatever order the rows came in. The lock stands above the sort, and the join back is by key:
    /// by ctid it would miss a row that moved while it was waited for.
    /// </remarks>
    private static string Locked(ChangeShape change, TableFacts table, Statement statement, IEnumerable<Identifier> columns, RowLock mode) => $"""
        WITH locked AS MATERIALIZED (
        SELECT {Names(columns, "source")}
        FROM {statement.Rows(change, columns, table)} AS source
        JOIN {change.Map.Table} AS target ON {Same(change, "target", "source")}
        ORDER BY {Statement.OrderOf("source", change, table)}
        {LockSql.Clause(mode)} OF target)
        """;

    private static string Same(ChangeShape change, string left, string right) =>
        string.Join(" AND ", change.Map.Key.Select(column => $"{left}.{column} = {right}.{column}"));

    private static string Assignments(ChangeShape change, string source) => string.Join(
        ", ", change.Map.Written.Select(column => $"{column.Name} = {Merged(column, source)}"));

    private static string Guard(ChangeShape change, TableFacts table, string source)
    {
        var differs = $"ROW({string.Join(", ", change.Map.Written.Select(c => Compared($"target.{c.Name}", c, table)))}) IS DISTINCT FROM "
            + $"ROW({string.Join(", ", change.Map.Written.Select(c => Compared(Merged(c, source), c, table)))})";
        return change.Map.Parts.Condition is { } condition
            ? $"{differs} AND ({condition.Replace("{old}", "target", StringComparison.Ordinal).Replace("{new}", source, StringComparison.Ordinal)})"
            : differs;
    }

    private static string Merged(MappedColumn column, string source) => column.Merge.Render("target", source, column.Name.ToString());

    private static string Compared(string value, MappedColumn column, TableFacts table) =>
        ComparedAsText.Contains(table.Columns[column.Name].TypeName) ? $"({value})::text" : value;

    private static string Names(IEnumerable<Identifier> columns, string? alias = null) =>
        string.Join(", ", columns.Select(column => alias is null ? column.ToString() : $"{alias}.{column}"));
}
