namespace Lockkeeper.BulkWrite.Counters;

/// <summary>How much one unit adds for one key.</summary>
internal sealed record CounterAmount<TKey>(TKey Key, short Slot, long Amount);
