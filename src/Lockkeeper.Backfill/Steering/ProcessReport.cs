namespace Lockkeeper.Backfill.Steering;

/// <summary>What a process tells the others about itself, once a second.</summary>
internal sealed record ProcessReport(long Rows, double RowsPerSecond, TimeSpan LastChunk, string? Held, string? Unreadable);
