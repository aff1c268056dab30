using Lockkeeper.Backfill;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>What a backfill did.</summary>
internal sealed record BackfillOutput(
    long Rows, long Blocks, long Chunks, double ElapsedMs, long LockTimeouts, long StatementTimeouts, long RowsRevisited,
    long Restarts, bool UserTriggersSilent, long RowsLeft, long? RowsCompared,
    double? Growth, int? Stripes, string? StripesReason)
{
    public static BackfillOutput Of(BackfillReport report) => new(
        report.Rows, report.Blocks, report.Chunks, report.Elapsed.TotalMilliseconds, report.LockTimeouts,
        report.StatementTimeouts, report.RowsRevisited, report.Restarts, report.UserTriggersSilent, report.RowsLeft, report.RowsCompared,
        report.Growth, report.Stripes?.Count, report.Stripes?.Reason);
}
