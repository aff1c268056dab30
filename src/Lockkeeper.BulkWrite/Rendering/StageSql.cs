using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>The temporary table of a large input.</summary>
internal static class StageSql
{
    public static string Name(ChangeShape change) => FormattableString.Invariant($"pg_temp.lockkeeper_stage_{change.Index}");

    /// <summary>The columns that go there: of rows that are only looked for, the key.</summary>
    public static IEnumerable<MappedColumn> Columns(ChangeShape change) => change.Kind is ChangeKind.Delete or ChangeKind.Lock
        ? change.Map.Mapped.Where(column => change.Map.Key.Contains(column.Name))
        : change.Map.Mapped.Where(column => change.Kind is ChangeKind.Update or ChangeKind.Upsert || !column.IsCompared);

    /// <remarks>A second unit in somebody's transaction meets the table of the first.</remarks>
    public static string Create(ChangeShape change, TableFacts table) => $"""
        DROP TABLE IF EXISTS {Name(change)};
        CREATE TEMPORARY TABLE {Name(change)["pg_temp.".Length..]} (
        {string.Concat(Columns(change).Select(column => $"    {column.Name} {Statement.SentType(column, table.FactsOf(column))},\n"))}    {Statement.Row} bigint
        ) ON COMMIT DROP
        """;

    public static string Copy(ChangeShape change) =>
        $"COPY {Name(change)} ({Names(Columns(change))}, {Statement.Row}) FROM STDIN (FORMAT BINARY)";

    /// <summary>Straight into the table.</summary>
    public static string CopyInto(ChangeShape change) =>
        $"COPY {change.Map.Table} ({Names(Columns(change))}) FROM STDIN (FORMAT BINARY)";

    /// <summary>Finds a key that came twice; gives the number of the later row.</summary>
    public static string FindDuplicate(ChangeShape change, TableFacts table) => $"""
        SELECT max(given.{Statement.Row}) FROM {Name(change)} AS given
        GROUP BY {KeyOrder.Of("given", change.Map.Key, table)} HAVING count(*) > 1 ORDER BY 1 LIMIT 1
        """;

    /// <summary>Leaves one row of each key.</summary>
    public static string RemoveDuplicates(ChangeShape change, TableFacts table) => $"""
        DELETE FROM {Name(change)} AS given USING (
            SELECT {Statement.Row}, row_number() OVER (PARTITION BY {KeyOrder.Of("inner_given", change.Map.Key, table)}
                   ORDER BY {Statement.Row} {(change.Map.Parts.Duplicates == DuplicateRule.Last ? "DESC" : "ASC")}) AS place
            FROM {Name(change)} AS inner_given) AS numbered
        WHERE numbered.{Statement.Row} = given.{Statement.Row} AND numbered.place > 1
        """;

    private static string Names(IEnumerable<MappedColumn> columns) => string.Join<Identifier>(", ", columns.Select(column => column.Name));
}
