namespace Lockkeeper.BulkWrite.Ordering;

/// <summary>Where a key's bytes lie, its first eight bytes as a number (most comparisons end there), and whose key it is.</summary>
/// <param name="Prefix">The first eight bytes; zeros where there are fewer.</param>
/// <param name="Start">Where the bytes begin in the buffer.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Row">The row's place in the input.</param>
internal readonly record struct SortedKey(ulong Prefix, int Start, int Length, int Row);
