namespace Lockkeeper.Backfill;

/// <summary>How far a backfill is. Blocks are exact; rows are counted as they are filled.</summary>
public sealed record BackfillProgress
{
    /// <summary>Blocks behind the workers.</summary>
    public required long BlocksDone { get; init; }

    /// <summary>All blocks, fixed when the table was planned; grows only when a partition is attached or a table is rewritten.</summary>
    public required long BlocksTotal { get; init; }

    /// <summary>
    /// While rows are updated in the order of a key: which share of them is done, by the planner's estimate of how many there are. Null otherwise: then blocks tell.
    /// </summary>
    public double? OrderedShare { get; init; }

    /// <summary>Rows filled so far, also by runs before this one.</summary>
    public required long Rows { get; init; }

    /// <summary>Rows filled per second since this run began.</summary>
    public required double RowsPerSecond { get; init; }

    /// <summary>How long the last chunk took: about the longest that a client waits for the backfill.</summary>
    public required TimeSpan LastChunk { get; init; }

    /// <summary>In how many passes rows are filled just now, and why; null before the first.</summary>
    public BackfillStripes? Stripes { get; init; }

    /// <summary>The table without its indexes as a multiple of what it was when it was planned; null before it was first looked at.</summary>
    public double? Growth { get; init; }

    /// <summary>Time since this run began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>
    /// The time left, by the speed of about the last half minute; nothing in the first seconds, before a hundredth is done, and while it stands still for long.
    /// </summary>
    public required TimeSpan? Remaining { get; init; }

    /// <summary>Whom the backfill waits for just now, if somebody's lock is in its way.</summary>
    public required BackfillWait? WaitingFor { get; init; }

    /// <summary>Why the backfill stands still just now: who paused it, or which throttles hold. It holds nothing meanwhile. Null while it runs.</summary>
    public string? Held { get; init; }

    /// <summary>Signals that cannot be read at present, and why.</summary>
    public string? Unreadable { get; init; }

    /// <summary>Which share of the rows that this process filled touched no index (HOT); nothing before the first row.</summary>
    public double? HotShare { get; init; }

    /// <summary>How many processes work at the job, this one included.</summary>
    public int Processes { get; init; } = 1;
}
