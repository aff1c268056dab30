using System.Collections.Immutable;
using System.Diagnostics;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>A counter whose rows have keys of type <typeparamref name="TKey"/>.</summary>
public sealed class Counter<TKey> : Counter where TKey : notnull
{
    /// <summary>
    /// How many slots a key has. A session takes the one that its backend's number gives, so that a connection comes back to its own row and
    /// writers do not wait while there are fewer of them than slots. 16 writers on 4 keys: 3,818 units a second against 1,581 with a slot by
    /// chance and 251 with a column (PostgreSQL 15, 2 cores).
    /// </summary>
    public const int Slots = 64;

    private readonly TableMap<CounterAmount<TKey>> _map;
    private readonly (string Schema, string Table, string Key, string Column) _names;

    /// <summary>Declares a counter. Hand it to the writer with the maps.</summary>
    /// <param name="schema">The schema of the table whose rows count.</param>
    /// <param name="table">The table whose rows count.</param>
    /// <param name="key">Its key column, by which its map is keyed too.</param>
    /// <param name="column">The column that holds the number.</param>
    /// <param name="kind">Where the number is kept.</param>
    public Counter(string schema, string table, string key, string column, CounterKind kind = CounterKind.Column)
        : this((schema, table, key, column), kind, [])
    {
    }

    private Counter((string Schema, string Table, string Key, string Column) names, CounterKind kind, ImmutableArray<CounterTruth> follows)
        : base(new TableName(new Identifier(names.Schema), new Identifier(names.Table)), new Identifier(names.Key), new Identifier(names.Column), kind, follows)
    {
        _names = names;
        var (schema, table, key, column) = names;
        _map = kind switch
        {
            CounterKind.Column => TableMap.Of<CounterAmount<TKey>>(schema, table, t => t
                .Key(a => a.Key, key).Column(a => a.Amount, column, Merge.Add)),
            CounterKind.Slots => TableMap.Of<CounterAmount<TKey>>(SideTable.Schema.Value, SideTable.Name.Value, t => t
                .Key(a => a.Key, key).Key(a => a.Slot, "slot").Column(a => a.Amount, "amount", Merge.Add)),
            CounterKind.Deltas => TableMap.Of<CounterAmount<TKey>>(SideTable.Schema.Value, SideTable.Name.Value, t => t
                .Key(a => a.Key, key).Column(a => a.Amount, "amount")),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>
    /// The same counter, which follows rows of other tables: what units really insert and delete there is counted, and what they move from one that
    /// counts to another; nothing that they only asked for. Keep the result and hand it to the writer.
    /// </summary>
    /// <param name="truths">What it counts.</param>
    /// <remarks>
    /// Rows that a cascade, a trigger or a writer outside this library changes are not seen; <see cref="CounterReconciler{TKey}"/> finds what they left.
    /// Costs one more round trip for each unit that changes such rows, and with <see cref="CounterKind.Column"/> locks the rows that count before them;
    /// units that delete or move rows then have the counted table to themselves, or with <see cref="TableMapBuilder{T}.KeyGates"/> their keys.
    /// </remarks>
    public Counter<TKey> Following(params ReadOnlySpan<CounterTruth> truths) => new(_names, Kind, [.. Follows, .. truths]);

    internal override TableMap Map => _map;

    internal TableMap<CounterAmount<TKey>> MapOfAmounts => _map;

    internal override CounterTally NewTally() => new CounterTally<TKey>(this);
}
