using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>What became of a chunk, or of a single row. All but <see cref="Filled"/> leave everything as it was.</summary>
internal abstract record ChunkOutcome
{
    private ChunkOutcome()
    {
    }

    /// <summary>The rows are filled and the cursor has moved, if it was to move. HOT is how many of them touched no index.</summary>
    public sealed record Filled(long Rows, long Hot, TimeSpan Elapsed) : ChunkOutcome;

    /// <summary>Somebody held a lock for longer than the lock timeout.</summary>
    public sealed record Locked : ChunkOutcome;

    /// <summary>The statement timeout came first.</summary>
    public sealed record TooSlow(PostgresException Error) : ChunkOutcome;

    /// <summary>The expression or a constraint refused a row.</summary>
    public sealed record RowRefused(PostgresException Error) : ChunkOutcome;

    /// <summary>The range is another worker's now, or its leaf was rewritten, renamed or dropped.</summary>
    public sealed record RangeLost(PostgresException? Error) : ChunkOutcome;
}
