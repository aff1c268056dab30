namespace Lockkeeper.BulkWrite.Planning;

/// <summary>One advisory lock.</summary>
/// <param name="Key">Its number.</param>
/// <param name="Alone">Whether it is taken exclusively.</param>
internal readonly record struct Gate(long Key, bool Alone);
