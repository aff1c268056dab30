using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>A number that a row keeps about rows of another table, such as <c>orders.line_count</c> of <c>order_lines</c>.</summary>
public abstract class Counter
{
    private protected Counter(TableName table, Identifier key, Identifier column, CounterKind kind, ImmutableArray<CounterTruth> follows)
    {
        Follows = follows;
        Table = table;
        Key = key;
        Column = column;
        Kind = kind;
    }

    /// <summary>The table whose rows count.</summary>
    public TableName Table { get; }

    /// <summary>Its key.</summary>
    public Identifier Key { get; }

    /// <summary>The column that holds the number; with <see cref="CounterKind.Slots"/> only the name for it.</summary>
    public Identifier Column { get; }

    /// <summary>Where the number is kept.</summary>
    public CounterKind Kind { get; }

    /// <summary>The rows that it counts by itself, as units insert, update and delete them; none for a counter that only <see cref="UnitOfWork.Count"/> changes.</summary>
    public ImmutableArray<CounterTruth> Follows { get; }

    /// <summary>The table of slots or deltas; beside the table that counts, named for it and the column.</summary>
    public TableName SideTable => new(Table.Schema, DerivedName.Of(Table.Name.Value, Column.Value, Kind == CounterKind.Slots ? "slots" : "deltas"));

    /// <summary>The statements that create what the kind needs; none for <see cref="CounterKind.Column"/>, whose column is yours.</summary>
    /// <param name="keyType">The key's type as SQL, for example <c>bigint</c>.</param>
    public ImmutableArray<string> Ddl(string keyType)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(keyType);
        return Kind switch
        {
            // Room on each page lets the updates stay on it, and no index holds the number: they are HOT.
            CounterKind.Slots =>
            [
                $"CREATE TABLE {SideTable} ({Key} {keyType} NOT NULL, slot smallint NOT NULL, amount bigint NOT NULL, PRIMARY KEY ({Key}, slot)) WITH (fillfactor = 50)",
            ],
            // One index, for each is written with every delta: it finds a row's deltas, and gathers them row by row. Sessions draw numbers in stock, so that
            // they do not all write the sequence.
            CounterKind.Deltas =>
            [
                $"CREATE TABLE {SideTable} ({Key} {keyType} NOT NULL, delta_number bigint GENERATED ALWAYS AS IDENTITY (CACHE 100), amount bigint NOT NULL, PRIMARY KEY ({Key}, delta_number))",
            ],
            _ => [],
        };
    }

    /// <summary>An expression that gives the exact number for a row of the table, as everything that is committed has it.</summary>
    /// <param name="alias">How the query calls the table.</param>
    public string Expression(string alias)
    {
        var row = new Identifier(alias);
        return Kind switch
        {
            CounterKind.Column => $"{row}.{Column}",
            CounterKind.Slots => $"(SELECT COALESCE(sum(side.amount), 0)::bigint FROM {SideTable} AS side WHERE side.{Key} = {row}.{Key})",
            _ => $"({row}.{Column} + (SELECT COALESCE(sum(side.amount), 0)::bigint FROM {SideTable} AS side WHERE side.{Key} = {row}.{Key}))",
        };
    }

    internal abstract TableMap Map { get; }

    /// <summary>Nothing counted yet.</summary>
    internal abstract CounterTally NewTally();
}
