using Lockkeeper.Backfill;

namespace Lockkeeper.Cli.Output.Json;

/// <summary>A process that works at a backfill.</summary>
internal sealed record BackfillWorkerOutput(
    string Host, int ProcessId, int Sessions, bool Silent, double SilenceMs, long Rows, double RowsPerSecond, double? LastChunkMs, string? Held, string? Unreadable)
{
    public static BackfillWorkerOutput Of(BackfillWorker worker) => new(
        worker.Host, worker.ProcessId, worker.Sessions, worker.IsSilent, worker.Silence.TotalMilliseconds, worker.Rows, worker.RowsPerSecond,
        worker.LastChunk?.TotalMilliseconds, worker.Held, worker.Unreadable);
}
