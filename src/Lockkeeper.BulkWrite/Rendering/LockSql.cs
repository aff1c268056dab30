using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>The statements that lock rows in the canonical order.</summary>
internal static class LockSql
{
    public static string Clause(RowLock mode) => mode switch
    {
        RowLock.KeyShare => "FOR KEY SHARE",
        RowLock.Share => "FOR SHARE",
        RowLock.NoKeyUpdate => "FOR NO KEY UPDATE",
        _ => "FOR UPDATE",
    };

    /// <summary>The strongest lock that a change will need on rows that are there.</summary>
    public static RowLock ModeOf(ChangeShape change, TableFacts table) => change.Kind switch
    {
        ChangeKind.Lock => change.Mode,
        ChangeKind.Delete => RowLock.Update,
        _ => change.Sets.Any(column => table.IsGuarded(column.Name)) ? RowLock.Update : RowLock.NoKeyUpdate,
    };

    /// <summary>Locks the rows of one input and gives the numbers of those that are there.</summary>
    public static string Find(ChangeShape change, TableFacts table, Statement statement)
    {
        var found = $"""
            SELECT source.{Statement.Row}
            FROM {statement.Rows(change, change.Map.Key, table)} AS source
            JOIN {change.Map.Table} AS target ON {Same(change.Map.Key, "source")}
            ORDER BY {Statement.OrderOf("source", change, table)}
            {Clause(ModeOf(change, table))} OF target
            """;
        return change.IsStaged
            ? $"""
                WITH locked AS MATERIALIZED (
                {found}), missing AS (
                DELETE FROM {StageSql.Name(change)} AS given
                WHERE NOT EXISTS (SELECT FROM locked WHERE locked.{Statement.Row} = given.{Statement.Row}) RETURNING 1)
                SELECT (SELECT count(*) FROM locked), (SELECT count(*) FROM missing)
                """
            : found;
    }

    /// <summary>Locks all rows of a table that a unit will touch, whoever wants them, in one pass.</summary>
    public static string Pass(
        TableFacts table, IEnumerable<ChangeShape> changes, IEnumerable<Need> needs, RowLock mode, Catalog catalog, Statement statement)
    {
        var wanted = changes.Select(change => $"SELECT {Names(table.OrderKey, "source")} FROM {statement.Keys(change, table.OrderKey, table)} AS source")
            .Concat(needs.Select(need => Wanted(need, table, catalog, statement)));
        return $"""
            SELECT count(*) FROM (
            SELECT 1 FROM {table.Name} AS target JOIN (
            {string.Join("\nUNION\n", wanted)}) AS wanted ON {Same(table.OrderKey, "wanted")}
            ORDER BY {KeyOrder.Of("target", table.OrderKey, table)}
            {Clause(mode)} OF target) AS locked
            """;
    }

    private static string Wanted(Need need, TableFacts table, Catalog catalog, Statement statement)
    {
        var origin = catalog.Find(need.Origin.Map.Table);
        if (need.IsStored)
        {
            return Stored(need, table, statement.Keys(need.Origin, need.Origin.Map.Key, origin));
        }

        if (need.IsBelow)
        {
            return Below(need, table, statement.Keys(need.Origin, need.Origin.Map.Key, origin));
        }

        var reference = need.Path[0];
        var rows = statement.Keys(need.Origin, reference.Columns, origin, need.Keys);
        if (reference.ParentColumns.Length == table.OrderKey.Length && reference.ParentColumns.All(table.OrderKey.Contains))
        {
            var columns = table.OrderKey.Select(key => $"source.{reference.Columns[reference.ParentColumns.IndexOf(key)]} AS {key}");
            return $"SELECT {string.Join(", ", columns)} FROM {rows} AS source";
        }

        return $"SELECT {Names(table.OrderKey, "parent")} FROM {table.Name} AS parent JOIN {rows} AS source ON {Joined(reference, "source", "parent")}";
    }

    // What the rows reference now; a gate keeps others of this library from moving them until they are locked.
    private static string Stored(Need need, TableFacts table, string rows) => $"""
        SELECT stored.{need.Path[0].Columns[0]} AS {table.OrderKey[0]} FROM {need.Origin.Map.Table} AS stored
        JOIN {rows} AS source ON {string.Join(" AND ", need.Origin.Map.Key.Select(column => $"stored.{column} = source.{column}"))}
        """;

    // From the rows that will be deleted down to those that go with them, one join for each foreign key.
    private static string Below(Need need, TableFacts table, string rows)
    {
        var last = need.Path.Length - 1;
        var joins = $"{need.Origin.Map.Table} AS level0 JOIN {rows} AS source ON "
            + string.Join(" AND ", need.Origin.Map.Key.Select(column => $"level0.{column} = source.{column}"));
        for (var i = 0; i <= last; i++)
        {
            joins += FormattableString.Invariant($"\nJOIN {need.Path[i].Child} AS level{i + 1} ON ")
                + Joined(need.Path[i], FormattableString.Invariant($"level{i + 1}"), FormattableString.Invariant($"level{i}"));
        }

        return $"SELECT {Names(table.OrderKey, FormattableString.Invariant($"level{last + 1}"))} FROM {joins}";
    }

    private static string Joined(Reference reference, string child, string parent) => string.Join(
        " AND ", reference.Columns.Select((column, place) => $"{child}.{column} = {parent}.{reference.ParentColumns[place]}"));

    private static string Same(ImmutableArray<Identifier> key, string other) =>
        string.Join(" AND ", key.Select(column => $"target.{column} = {other}.{column}"));

    private static string Names(ImmutableArray<Identifier> columns, string alias) =>
        string.Join(", ", columns.Select(column => $"{alias}.{column}"));
}
