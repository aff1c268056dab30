using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Lockkeeper.Locks.Deadlocks.Logs;
using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Puts the messages of <c>log_lock_waits</c> together: one wait has one message after <c>deadlock_timeout</c> and one when it is served.</summary>
/// <param name="subject">Names what is waited for.</param>
internal sealed partial class LockWaitReader(Func<LockTag, VictimPlace, string?, string> subject)
{
    private readonly Dictionary<(int Pid, string Lock), Wait> _open = [];
    private readonly List<Wait> _waits = [];

    public void Read(LogEntry entry)
    {
        if (entry.Severity != "LOG" || MessageRegex().Match(entry.Message) is not { Success: true } match
            || LockDescription.Parse(match.Groups["lock"].Value) is not { } tag)
        {
            return;
        }

        var key = (int.Parse(match.Groups["pid"].Value, CultureInfo.InvariantCulture), match.Groups["lock"].Value);
        if (!_open.TryGetValue(key, out var wait))
        {
            wait = new Wait(subject(tag, ContextReader.Read(entry.Context), entry.Statement), QueryShape.Of(entry.Statement));
            _open[key] = wait;
            _waits.Add(wait);
        }

        wait.Longest = TimeSpan.FromMilliseconds(double.Parse(match.Groups["ms"].Value, CultureInfo.InvariantCulture));
        wait.Holders.UnionWith(HoldersOf(entry.Detail));
        if (match.Groups["what"].Value == "acquired")
        {
            wait.Granted = true;
            _open.Remove(key);
        }
    }

    public ImmutableArray<LockWaitSummary> Summarize() =>
    [
        .. _waits.GroupBy(wait => (wait.Subject, wait.Statement)).Select(waits => new LockWaitSummary(
                waits.Key.Subject,
                waits.Key.Statement,
                waits.Count(),
                waits.Count(wait => wait.Granted),
                waits.Max(wait => wait.Longest),
                waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait.Longest),
                waits.SelectMany(wait => wait.Holders).Distinct().Count()))
            .OrderByDescending(summary => summary.Total),
    ];

    private static IEnumerable<int> HoldersOf(string? detail) =>
        detail is not null && HoldersRegex().Match(detail) is { Success: true } match
            ? match.Groups[1].Value.Split(", ").Select(pid => int.Parse(pid, CultureInfo.InvariantCulture))
            : [];

    [GeneratedRegex(@"^process (?<pid>\d+) (?<what>still waiting for|acquired|detected deadlock while waiting for|avoided deadlock for|failed to acquire) (?<mode>\w+) on (?<lock>.+?)(?: by rearranging queue order)? after (?<ms>[\d.]+) ms$")]
    private static partial Regex MessageRegex();

    [GeneratedRegex(@"^Process(?:es)? holding the lock: (\d+(?:, \d+)*)[.,]")]
    private static partial Regex HoldersRegex();

    private sealed class Wait(string subject, string statement)
    {
        public string Subject => subject;

        public string Statement => statement;

        public TimeSpan Longest { get; set; }

        public bool Granted { get; set; }

        public HashSet<int> Holders { get; } = [];
    }
}
