using System.Collections.Immutable;
using Lockkeeper.Backfill;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>Where a backfill stands.</summary>
internal sealed record BackfillStatusOutput(
    string Name, string Table, string State, string? CommandBy, DateTimeOffset? CommandAt, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt,
    long BlocksDone, long BlocksTotal, long Rows, double RowsPerSecond, double? TargetChunkMs, double? MaxRowsPerSecond,
    ImmutableArray<string>? Throttles, ImmutableArray<BackfillWorkerOutput> Workers)
{
    public static BackfillStatusOutput Of(BackfillStatus status) => new(
        status.Name, status.Table, BackfillStatusView.StateOf(status), status.CommandBy, status.CommandAt, status.StartedAt, status.FinishedAt,
        status.BlocksDone, status.BlocksTotal, status.Rows, status.RowsPerSecond, status.TargetChunk?.TotalMilliseconds, status.RowsPerSecondCeiling,
        status.Throttles, [.. status.Workers.Select(BackfillWorkerOutput.Of)]);
}
