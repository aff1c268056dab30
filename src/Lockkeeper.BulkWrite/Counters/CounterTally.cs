using Lockkeeper.BulkWrite.Execution;
using Npgsql;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>What one unit adds to one counter.</summary>
internal abstract class CounterTally(Counter counter)
{
    public Counter Counter => counter;

    /// <summary>Adds what another one has.</summary>
    public abstract void Add(CounterTally other);

    /// <summary>Adds two arrays of a statement: keys, and how much to add for each.</summary>
    public abstract void Take(NpgsqlDataReader reader, int ordinal);

    /// <summary>The change that applies it.</summary>
    /// <param name="index">Its number in the unit.</param>
    /// <param name="backend">The session's backend, which chooses the slot.</param>
    public abstract Change ToChange(int index, int backend);
}
