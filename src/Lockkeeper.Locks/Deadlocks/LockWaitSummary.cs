using System.Collections.Immutable;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Waits of one kind that <c>log_lock_waits</c> has reported.</summary>
/// <param name="Subject">What was waited for.</param>
/// <param name="Statement">The statement, without its values; empty where the log has none.</param>
/// <param name="Waits">How many waits there were.</param>
/// <param name="Granted">How many of them got the lock; the others gave up, were cancelled, or still waited at the end of the log.</param>
/// <param name="Longest">The longest of them, as far as it was reported.</param>
/// <param name="Total">All of them together.</param>
/// <param name="Holders">Who held the lock, the one that was in the way most often first.</param>
public sealed record LockWaitSummary(
    string Subject, string Statement, int Waits, int Granted, TimeSpan Longest, TimeSpan Total, ImmutableArray<LoggedHolder> Holders)
{
    /// <inheritdoc/>
    public bool Equals(LockWaitSummary? other) => other is not null && Subject == other.Subject && Statement == other.Statement
        && Waits == other.Waits && Granted == other.Granted && Longest == other.Longest && Total == other.Total && Holders.SequenceEqual(other.Holders);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Subject, Statement, Waits, Granted, Longest, Total);
}
