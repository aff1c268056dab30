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

    public static string Of(ChangeShape change, TableFacts table, Catalog catalog, Statement statement)
    {
        var count = new CountSql(change, catalog);
        return change.Kind switch
        {
            ChangeKind.Insert => Inserting(change, Insert(change, table, statement, ""), count),
            ChangeKind.InsertOrIgnore => Inserting(change, Insert(change, table, statement, Ignoring(change)), count),
            ChangeKind.Upsert when change.Map.Written.IsEmpty => Inserting(change, Insert(change, table, statement, Ignoring(change)), count),
            ChangeKind.Upsert => Upsert(change, table, statement, count),
            ChangeKind.Update => Update(change, table, statement, count),
            _ => Delete(change, table, statement, count),
        };
    }

    // The number of rows comes with the end of the statement; only counters need to see them.
    private static string Inserting(ChangeShape change, string insert, CountSql count) => change.Followed.IsEmpty ? insert : Told(insert, count, NewRow.Always);

    private static string Ignoring(ChangeShape change) => $"\nON CONFLICT ({Names(change.Map.Key)}) DO NOTHING";

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
    /// insert of a row that references this one.
    /// </remarks>
    private static string Upsert(ChangeShape change, TableFacts table, Statement statement, CountSql count) => Told(
        $"""
        {Insert(change, table, statement, "")}
        ON CONFLICT ({Names(change.Map.Key)}) DO UPDATE SET {Assignments(change, "EXCLUDED")}
        WHERE {Guard(change, table, "EXCLUDED")}{KnownSql.Of(change, table, statement)}
        """,
        count,
        NewRow.Of(change, table));

    private static string Told(string insert, CountSql count, NewRow row) => $"""
        WITH written AS (
        {insert}{row.WhenWrittenOver}
        RETURNING {row.IsNew} AS inserted{count.ReturningNew}){count.Sums}
        SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted){count.Arrays} FROM written
        """;

    private static string Update(ChangeShape change, TableFacts table, Statement statement, CountSql count) => !change.Map.Written.IsEmpty
        ? $"""
            {Locked(change, table, statement, Sent(change), LockSql.ModeOf(change, table), count.Locked)}, written AS (
            UPDATE {change.Map.Table} AS target SET {Assignments(change, "source")}
            FROM locked AS source
            WHERE {Same(change, "target", "source")} AND {Guard(change, table, "source")}{Still(change)}
            RETURNING {count.ReturningBoth}){count.Sums}
            SELECT (SELECT count(*) FROM locked), (SELECT count(*) FROM written){count.Arrays}
            """
        : $"""
            {Locked(change, table, statement, change.Map.Columns, LockSql.ModeOf(change, table), "")}
            SELECT count(*), 0::bigint FROM locked
            """;

    private static string Delete(ChangeShape change, TableFacts table, Statement statement, CountSql count) => $"""
        {Locked(change, table, statement, change.Map.Key, RowLock.Update, "")}, written AS (
        DELETE FROM {change.Map.Table} AS target USING locked AS source
        WHERE {Same(change, "target", "source")}
        RETURNING {count.ReturningOld}){count.Sums}
        SELECT (SELECT count(*) FROM locked), (SELECT count(*) FROM written){count.Arrays}
        """;

    /// <remarks>
    /// A join alone locks in the order of the plan, whatever order the rows came in. The lock stands above the sort, and the join back is by key:
    /// by ctid it would miss a row that moved while it was waited for.
    /// </remarks>
    private static string Locked(
        ChangeShape change, TableFacts table, Statement statement, IEnumerable<Identifier> columns, RowLock mode, string besides) => $"""
        WITH locked AS MATERIALIZED (
        SELECT {Names(columns, "source")}{besides}
        FROM {statement.Rows(change, columns, table)} AS source
        JOIN {change.Map.Table} AS target ON {Same(change, "target", "source")}
        ORDER BY {Statement.OrderOf("source", change, table)}
        {LockSql.Clause(mode)} OF target)
        """;

    private static string Same(ChangeShape change, string left, string right) =>
        string.Join(" AND ", change.Map.Key.Select(column => $"{left}.{column} = {right}.{column}"));

    private static string Assignments(ChangeShape change, string source) => string.Join(
        ", ", change.Map.Written.Select(column => $"{column.Name} = {Merged(column, source)}"));

    private static IEnumerable<Identifier> Sent(ChangeShape change) => change.Map.Columns.Concat(change.Map.Compared.Select(column => column.Name));

    private static string Still(ChangeShape change) => string.Concat(
        change.Map.Compared.Select(column => $" AND target.{column.Target} IS NOT DISTINCT FROM source.{column.Name}"));

    private static string Guard(ChangeShape change, TableFacts table, string source)
    {
        // A version differs by being counted up; it says nothing about whether the rest does.
        var written = change.Map.Written.Where(column => !column.IsVersion).ToList();
        var differs = written.Count == 0 ? "true"
            : $"ROW({string.Join(", ", written.Select(c => Compared($"target.{c.Name}", c, table)))}) IS DISTINCT FROM "
                + $"ROW({string.Join(", ", written.Select(c => Compared(Merged(c, source), c, table)))})";
        var versions = string.Concat(change.Map.Written.Where(column => column.IsVersion)
            .Select(column => $" AND target.{column.Name} IS NOT DISTINCT FROM {source}.{column.Name}"));
        return differs + versions + (change.Map.Parts.Condition is { } condition
            ? $" AND ({condition.Replace("{old}", "target", StringComparison.Ordinal).Replace("{new}", source, StringComparison.Ordinal)})" : "");
    }

    private static string Merged(MappedColumn column, string source) => column.Merge.Render("target", source, column.Name.ToString());

    private static string Compared(string value, MappedColumn column, TableFacts table) =>
        ComparedAsText.Contains(table.FactsOf(column).TypeName) ? $"({value})::text" : value;

    private static string Names(IEnumerable<Identifier> columns, string? alias = null) =>
        string.Join(", ", columns.Select(column => alias is null ? column.ToString() : $"{alias}.{column}"));
}
