using System.Collections.Immutable;
using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Planning;

/// <summary>Decides which gates a table needs, and says why.</summary>
/// <remarks>
/// All gates of a unit are taken first: those of tables, sorted, then those of keys, sorted. So nobody who waits for a gate holds a row.
/// A unit that inserts holds the table's gate at least together with others; one for which that is not enough holds it alone, or has a gate for each
/// key. Units that insert nothing need none: they lock only rows that they see, in order.
/// </remarks>
internal sealed class GatePlanner(int maxKeyGates)
{
    private readonly HashSet<long> _keys = [];

    public SortedSet<long> Shared { get; } = [];

    public SortedSet<long> Alone { get; } = [];

    public ImmutableArray<Gate> All =>
    [
        .. Shared.Union(Alone).Order().Select(key => new Gate(key, Alone.Contains(key))),
        .. _keys.Order().Select(key => new Gate(key, true)),
    ];

    public (TableGate Gate, int KeyGates) Plan(TableWork work, List<string> reasons)
    {
        var alone = WhyAlone(work);
        var keyGates = 0;
        if (alone is null && work.NeedsKeyGates)
        {
            alone = TakeKeys(work, reasons, out keyGates);
        }

        if (alone is not null)
        {
            reasons.Add(alone);
        }

        var gate = alone is not null ? TableGate.Alone
            : (work.Inserting.IsEmpty && keyGates == 0) || work.IsOnlyDeltas ? TableGate.None : TableGate.Shared;
        if (gate != TableGate.None)
        {
            (gate == TableGate.Alone ? Alone : Shared).Add(work.Facts.GateNumber);
        }

        return (gate, keyGates);
    }

    private static string? WhyAlone(TableWork work)
    {
        var isWritten = work.Changes.Any(change => change.Writes);
        if (work.OtherKeys.FirstOrDefault(key => !key.IsPlain) is { } hidden && isWritten)
        {
            return hidden.IsExclusion
                ? $"{hidden.Name} is an exclusion constraint, and what excludes each other has no order"
                : $"{hidden.Name} is a unique index over expressions or with a condition, so its keys cannot be known beforehand";
        }

        if (work.IsReadBefore && !work.IsKeyGated)
        {
            return "a counter in a column follows its rows, and which rows count them is read before they are locked; KeyGates() lets such units run side by side, other kinds of counters need no gate";
        }

        if (!isWritten || work.IsKeyGated || work.IsSinglePass || work.IsSingleStatement || work.Passes == 1)
        {
            return null;
        }

        return "the unit locks rows of it for several reasons, and a row that somebody else inserts in between would be met out of order; KeyGates() lets such units run side by side";
    }

    private string? TakeKeys(TableWork work, List<string> reasons, out int taken)
    {
        taken = 0;
        if (work.Changes.Any(change => change.Keys is null))
        {
            return "rows that stream have no keys that could be gated beforehand";
        }

        var gates = new HashSet<long>();
        foreach (var change in work.Changes)
        {
            Add(gates, work.Facts.Name, change.Map.Key, change.Keys!);
            foreach (var key in work.OtherKeys)
            {
                if (!key.Columns.All(column => change.Map.PlaceOf(column) is var place && place >= 0 && work.Facts.KindOf(column) is { } kind
                        && change.Map.Mapped[place].Fits(kind)))
                {
                    if (change.Inserts)
                    {
                        return $"not all columns of the unique index {key.Name} are declared, or they have no order that client and server share";
                    }

                    continue;
                }

                Add(gates, work.Facts.Name, key.Columns, change.KeysOf(key.Columns));
            }
        }

        if (gates.Count + _keys.Count > maxKeyGates)
        {
            return FormattableString.Invariant($"{gates.Count} key gates are too many for the server's lock table (MaxKeyGates is {maxKeyGates})");
        }

        reasons.Add(work.OtherKeys.IsEmpty
            ? "key gates are declared"
            : $"it has more unique indexes than its key ({string.Join<Identifier>(", ", work.OtherKeys.Select(key => key.Name))}), and rows have one order only");
        taken = gates.Count;
        _keys.UnionWith(gates);
        return null;
    }

    private static void Add(HashSet<long> gates, TableName table, ImmutableArray<Identifier> columns, KeySet keys)
    {
        var begun = KeyHash.Begin($"key/{table}({string.Join(",", columns)})");
        for (var place = 0; place < keys.Count; place++)
        {
            gates.Add(KeyHash.End(begun, keys.Key(place)));
        }
    }
}
