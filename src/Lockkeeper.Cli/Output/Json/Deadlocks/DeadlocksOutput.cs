using Lockkeeper.Locks;

namespace Lockkeeper.Cli.Output.Json.Deadlocks;

/// <summary>What a log tells of deadlocks and long waits.</summary>
internal sealed record DeadlocksOutput(
    int Deadlocks, int Messages, IReadOnlyList<DeadlockGroupOutput> Groups, IReadOnlyList<LoggedWaitOutput> Waits, IReadOnlyList<string> Notes)
{
    public static DeadlocksOutput Of(DeadlockReport report) => new(
        report.Count,
        report.Entries,
        [.. report.Groups.Select(group => DeadlockGroupOutput.Of(report, group))],
        [.. report.Waits.Select(LoggedWaitOutput.Of)],
        report.Notes);

    /// <inheritdoc/>
    public bool Equals(DeadlocksOutput? other) => other is not null && Deadlocks == other.Deadlocks && Messages == other.Messages
        && Groups.SequenceEqual(other.Groups) && Waits.SequenceEqual(other.Waits) && Notes.SequenceEqual(other.Notes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Deadlocks, Messages);
}
