using Lockkeeper.BulkWrite.Execution;
using Npgsql;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>The sums of one unit, by key.</summary>
internal sealed class CounterTally<TKey>(Counter<TKey> counter) : CounterTally(counter) where TKey : notnull
{
    private readonly Dictionary<TKey, long> _amounts = [];

    public void Add(TKey key, long amount) => _amounts[key] = _amounts.GetValueOrDefault(key) + amount;

    public override void Add(CounterTally other)
    {
        foreach (var (key, amount) in ((CounterTally<TKey>)other)._amounts)
        {
            Add(key, amount);
        }
    }

    public override void Take(NpgsqlDataReader reader, int ordinal)
    {
        var keys = reader.GetFieldValue<TKey[]>(ordinal);
        var amounts = reader.GetFieldValue<long[]>(ordinal + 1);
        for (var i = 0; i < keys.Length; i++)
        {
            Add(keys[i], amounts[i]);
        }
    }

    public override Change ToChange(int index, int backend)
    {
        var slot = (short)(backend % Counter<TKey>.Slots);
        var kind = Counter.Kind switch
        {
            CounterKind.Column => ChangeKind.Update,
            CounterKind.Slots => ChangeKind.Upsert,
            _ => ChangeKind.Insert,
        };
        return new Change<CounterAmount<TKey>>(
            index,
            kind,
            counter.MapOfAmounts,
            new RowSource<CounterAmount<TKey>>(_amounts.Where(sum => sum.Value != 0)
                .Select(sum => new CounterAmount<TKey>(sum.Key, slot, sum.Value)).ToList()))
        {
            IsCounter = true,
        };
    }
}
