using Lockkeeper.BulkWrite.Execution;

namespace Lockkeeper.BulkWrite.Counters;

/// <summary>What one unit adds to one counter.</summary>
internal abstract class CounterTally(Counter counter)
{
    public Counter Counter => counter;

    /// <summary>The change that applies it.</summary>
    /// <param name="index">Its number in the unit.</param>
    /// <param name="backend">The session's backend, which chooses the slot.</param>
    public abstract Change ToChange(int index, int backend);
}
