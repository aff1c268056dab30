namespace Lockkeeper.Bench.Measuring;

/// <summary>How large the program became.</summary>
/// <param name="Rows">The rows that it filled.</param>
/// <param name="PeakBytes">The most physical memory that its process had at a time; VmHWM on Linux.</param>
internal sealed record MemoryResult(int Rows, long PeakBytes);
