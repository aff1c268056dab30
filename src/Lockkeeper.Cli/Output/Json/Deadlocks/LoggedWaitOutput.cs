using Lockkeeper.Locks.Deadlocks;

namespace Lockkeeper.Cli.Output.Json.Deadlocks;

/// <summary>Waits of one kind that the log reports.</summary>
internal sealed record LoggedWaitOutput(
    string Subject, string Statement, int Waits, int Granted, double LongestMs, double TotalMs, int Holders)
{
    public static LoggedWaitOutput Of(LockWaitSummary wait) => new(
        wait.Subject, wait.Statement, wait.Waits, wait.Granted, wait.Longest.TotalMilliseconds, wait.Total.TotalMilliseconds, wait.Holders);
}
