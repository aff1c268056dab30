namespace Lockkeeper.Backfill;

/// <summary>What a finished backfill did. The counts are of the whole job, also of runs before this one that were interrupted.</summary>
public sealed record BackfillReport
{
    /// <summary>Rows filled by the backfill. Rows that clients wrote meanwhile are filled by the trigger and not counted.</summary>
    public required long Rows { get; init; }

    /// <summary>Blocks passed over.</summary>
    public required long Blocks { get; init; }

    /// <summary>Short transactions that did it.</summary>
    public required long Chunks { get; init; }

    /// <summary>How long this run took, verification included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>In how many passes rows were filled at the end, and why; null when this run filled none.</summary>
    public BackfillStripes? Stripes { get; init; }

    /// <summary>The table without its indexes as a multiple of what it was when it was planned; null if that is not known.</summary>
    public double? Growth { get; init; }

    /// <summary>Times the backfill stepped back from a lock that a client held.</summary>
    public required long LockTimeouts { get; init; }

    /// <summary>Chunks that were given up and halved because they took too long.</summary>
    public required long StatementTimeouts { get; init; }

    /// <summary>Rows that were locked when their chunk came by and were filled later, one by one.</summary>
    public required long RowsRevisited { get; init; }

    /// <summary>Times a leaf was begun again because VACUUM FULL, CLUSTER or the like had rewritten it.</summary>
    public required long Restarts { get; init; }

    /// <summary>
    /// Whether the users' own triggers stayed silent, which needs the right to set <c>session_replication_role</c>.
    /// Foreign keys are checked by triggers too: one on a filled column must be validated afterwards.
    /// </summary>
    public required bool UserTriggersSilent { get; init; }

    /// <summary>
    /// Rows that fit the condition in the end, because clients went on writing such rows; 0 when there is none. A backfill with a marker leaves none.
    /// </summary>
    public long RowsLeft { get; init; }

    /// <summary>
    /// Rows that were compared with their expressions: with a marker those that nobody had written since, with a condition all that the job has updated, each as it was
    /// updated; those that an earlier run without verification has updated count too, and were not compared. Null when that was not asked for, or nothing can be
    /// compared because each expression reads a column that the job sets.
    /// </summary>
    public long? RowsCompared { get; init; }
}
