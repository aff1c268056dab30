namespace Lockkeeper.Backfill;

/// <summary>A process that works at a backfill, as it tells of itself once a second.</summary>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">The process's number there.</param>
/// <param name="Sessions">How many sessions it fills with.</param>
/// <param name="Silence">How long ago it was heard of, by the server's clock.</param>
/// <param name="Rows">Rows that it has filled.</param>
/// <param name="RowsPerSecond">Its rate over the last seconds.</param>
/// <param name="LastChunk">How long its last chunk took.</param>
/// <param name="Held">Why it stands still; null while it fills.</param>
/// <param name="Unreadable">Signals that it cannot read, and why.</param>
public sealed record BackfillWorker(
    string Host, int ProcessId, int Sessions, TimeSpan Silence, long Rows, double RowsPerSecond, TimeSpan? LastChunk, string? Held, string? Unreadable)
{
    /// <summary>Whether it has been silent for so long that it must be gone, or cut off. Others take its work over when its lease ends.</summary>
    public bool IsSilent => Silence > Steering.ControlStore.Silence;
}
