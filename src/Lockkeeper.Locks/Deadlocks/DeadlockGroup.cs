using System.Collections.Immutable;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Deadlocks that are the same but for their values.</summary>
/// <param name="deadlocks">All of them, as they stood in the log.</param>
/// <param name="explanation">Why they came to be.</param>
public sealed class DeadlockGroup(ImmutableArray<Deadlock> deadlocks, DeadlockExplanation explanation)
{
    /// <summary>All of them, as they stood in the log.</summary>
    public ImmutableArray<Deadlock> Deadlocks => deadlocks;

    /// <summary>Why they came to be, and what removes them.</summary>
    public DeadlockExplanation Explanation => explanation;
}
