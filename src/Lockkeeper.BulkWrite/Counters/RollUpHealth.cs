namespace Lockkeeper.BulkWrite.Counters;

/// <summary>How gathering goes on, as one process sees it.</summary>
public sealed record RollUpHealth
{
    /// <summary>When all deltas were last seen gathered, by this process or, when another one was at it, left to that; null before the first time.</summary>
    public DateTimeOffset? LastPass { get; init; }

    /// <summary>Whether another process was at it in the last pass.</summary>
    public bool IsStandby { get; init; }

    /// <summary>How many deltas this process has gathered.</summary>
    public long Deltas { get; init; }

    /// <summary>What went wrong in the last pass; null when nothing did.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Whether a pass has ended well since a moment: what a health check asks.</summary>
    /// <param name="since">For example some pauses ago.</param>
    public bool IsWell(DateTimeOffset since) => LastPass >= since;
}
