using Lockkeeper.Locks.Deadlocks;

namespace Lockkeeper.Cli.Output.Json.Deadlocks;

/// <summary>Waits of one kind that the log reports.</summary>
internal sealed record LoggedWaitOutput(
    string Subject, string Statement, int Waits, int Granted, double LongestMs, double TotalMs, IReadOnlyList<LoggedHolderOutput> Holders)
{
    public static LoggedWaitOutput Of(LockWaitSummary wait) => new(
        wait.Subject,
        wait.Statement,
        wait.Waits,
        wait.Granted,
        wait.Longest.TotalMilliseconds,
        wait.Total.TotalMilliseconds,
        [.. wait.Holders.Select(holder => new LoggedHolderOutput(holder.Pid, holder.Waits, holder.Name, holder.Statement))]);

    /// <inheritdoc/>
    public bool Equals(LoggedWaitOutput? other) => other is not null && Subject == other.Subject && Statement == other.Statement
        && Waits == other.Waits && Granted == other.Granted && Holders.SequenceEqual(other.Holders);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Subject, Statement, Waits, Granted);
}
