using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.BulkWrite.Reading;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Rendering;

/// <summary>One statement under way: numbers its parameters and remembers which arrays they take.</summary>
internal sealed class Statement
{
    /// <summary>The number of a row in its input's order; a column that no table of a user has.</summary>
    public const string Row = "lockkeeper_row";

    private readonly List<StepSource> _sources = [];
    private int _parameters;

    public ImmutableArray<StepSource> Sources => [.. _sources];

    /// <summary>The rows of an input as something to select from, with its columns under their names and a number for each row.</summary>
    /// <param name="change">The input.</param>
    /// <param name="columns">The columns wanted.</param>
    /// <param name="table">The table of the input.</param>
    public string Rows(ChangeShape change, IEnumerable<Identifier> columns, TableFacts table) =>
        change.IsStaged ? Staged(change, columns, table) : Arrays(change, columns, table, null);

    /// <summary>The same for a pass that only locks: what is in memory comes as arrays, since not everything that is written is staged.</summary>
    public string Keys(ChangeShape change, IEnumerable<Identifier> columns, TableFacts table, KeySet? keys = null) =>
        change.Keys is null ? Staged(change, columns, table) : Arrays(change, columns, table, keys);

    private static string Staged(ChangeShape change, IEnumerable<Identifier> columns, TableFacts table)
    {
        var list = string.Join(", ", columns.Select(name => change.Map.Mapped[change.Map.PlaceOf(name)]).Select(column => Value(column, table.FactsOf(column))));
        return $"(SELECT {list}, given.{Row} FROM {StageSql.Name(change)} AS given)";
    }

    private string Arrays(ChangeShape change, IEnumerable<Identifier> columns, TableFacts table, KeySet? keys)
    {
        var mapped = columns.Select(name => change.Map.Mapped[change.Map.PlaceOf(name)]).ToList();
        var list = string.Join(", ", mapped.Select(column => Value(column, table.FactsOf(column))));
        _sources.Add(new StepSource
        {
            Change = change.Index,
            Columns = [.. mapped.Select(column => change.Map.PlaceOf(column.Name))],
            Keys = keys,
        });
        var arrays = string.Join(", ", mapped.Select(column => $"${++_parameters}::{SentType(column, table.FactsOf(column))}[]"));
        var names = string.Join(", ", mapped.Select(column => column.Name));
        return $"(SELECT {list}, given.{Row} FROM unnest({arrays}) WITH ORDINALITY AS given({names}, {Row}))";
    }

    /// <summary>The order of those rows: the client sorted them, or left it to the server.</summary>
    public static string OrderOf(string alias, ChangeShape change, TableFacts table) =>
        change.Keys is null ? KeyOrder.Of(alias, change.Map.Key, table) : $"{alias}.{Row}";

    public static string SentType(MappedColumn column, ColumnFacts facts) => column.Type == typeof(string) ? "text" : facts.SqlType;

    private static string Value(MappedColumn column, ColumnFacts facts) =>
        SentType(column, facts) == facts.SqlType ? $"given.{column.Name}" : $"given.{column.Name}::{facts.SqlType} AS {column.Name}";
}
