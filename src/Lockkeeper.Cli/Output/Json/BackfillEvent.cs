using Lockkeeper.Backfill;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>The backfill has moved: event <c>backfillAdvanced</c>.</summary>
internal sealed record BackfillEvent(
    string Event, long BlocksDone, long BlocksTotal, long Rows, double RowsPerSecond, double LastChunkMs, double ElapsedMs,
    double? RemainingMs, WaitOutput? WaitingFor, string? Held, string? Unreadable, int Processes, double? HotShare,
    double? Growth, int? Stripes, double? OrderedShare)
{
    public static BackfillEvent Of(BackfillProgress progress) => new(
        "backfillAdvanced", progress.BlocksDone, progress.BlocksTotal, progress.Rows, progress.RowsPerSecond,
        progress.LastChunk.TotalMilliseconds, progress.Elapsed.TotalMilliseconds, progress.Remaining?.TotalMilliseconds,
        progress.WaitingFor is { } wait ? WaitOutput.Of(wait) : null, progress.Held, progress.Unreadable, progress.Processes, progress.HotShare,
        progress.Growth, progress.Stripes?.Count, progress.OrderedShare);
}
