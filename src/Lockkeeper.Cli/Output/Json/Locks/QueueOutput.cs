using Lockkeeper.Locks.Explaining;

namespace Lockkeeper.Cli.Output.Json.Locks;

/// <summary>One thing, who holds it, and who waits for it.</summary>
internal sealed record QueueOutput(
    string Subject,
    string Signature,
    string LockType,
    RowOutput? Row,
    IReadOnlyList<LockHolderOutput> Holders,
    IReadOnlyList<WaiterOutput> Waiters,
    IReadOnlyList<string> Why,
    IReadOnlyList<string> Now,
    IReadOnlyList<string> Later,
    IReadOnlyList<QueueOutput> Behind)
{
    public static QueueOutput Of(QueueReport report) => new(
        report.Subject,
        Names.Of(report.Explanation.Signature),
        Names.Of(report.Queue.Tag.Kind),
        report.Row is { } row ? RowOutput.Of(row) : null,
        [.. report.Queue.Holders.Select(LockHolderOutput.Of)],
        [.. report.Queue.Waiters.Select(WaiterOutput.Of)],
        report.Explanation.Why,
        report.Explanation.Now,
        report.Explanation.Later,
        [.. report.Behind.Select(Of)]);

    /// <inheritdoc/>
    public bool Equals(QueueOutput? other) => other is not null && Subject == other.Subject && Signature == other.Signature
        && LockType == other.LockType && Row == other.Row && Holders.SequenceEqual(other.Holders) && Waiters.SequenceEqual(other.Waiters)
        && Behind.SequenceEqual(other.Behind);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Subject, Signature, LockType);
}
