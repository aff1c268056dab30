using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Reading;

/// <summary>What the catalog says of a table.</summary>
internal sealed class TableFacts
{
    private readonly Lazy<long> _gateNumber;

    public TableFacts() => _gateNumber = new Lazy<long>(() => KeyHash.End(KeyHash.Begin($"table/{Name}"), []));

    public required TableName Name { get; init; }

    public required ImmutableDictionary<Identifier, ColumnFacts> Columns { get; init; }

    /// <summary>Whether its rows lie in partitions.</summary>
    public bool IsPartitioned { get; init; }

    public ImmutableArray<UniqueKey> UniqueKeys { get; init; } = [];

    /// <summary>Triggers of users that fire when rows are written: name and function.</summary>
    public ImmutableArray<string> Triggers { get; init; } = [];

    /// <summary>The columns by which its rows are put in order: the declared key, else the primary key, else another unique one.</summary>
    public ImmutableArray<Identifier> OrderKey { get; init; } = [];

    /// <summary>The number of the advisory lock that stands for the whole table.</summary>
    public long GateNumber => _gateNumber.Value;

    public ColumnFacts FactsOf(MappedColumn column) => Columns[column.Target];

    public KeyKind? KindOf(Identifier column) => Columns.TryGetValue(column, out var facts) ? facts.Kind : null;

    /// <summary>Whether a column belongs to a key that the server guards with the strongest row lock (plain unique indexes only; manual, 13.3.2).</summary>
    public bool IsGuarded(Identifier column) => UniqueKeys.Any(key => key.IsPlain && key.Columns.Contains(column));
}
