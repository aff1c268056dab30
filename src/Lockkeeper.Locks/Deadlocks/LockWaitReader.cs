using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Lockkeeper.Locks.Deadlocks.Logs;
using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Puts the messages of <c>log_lock_waits</c> together: one wait has one message after <c>deadlock_timeout</c> and one when it is served.</summary>
/// <param name="subject">Names what is waited for.</param>
/// <remarks>A message of <c>log_lock_failures</c> (18) is a wait that was given up at once.</remarks>
internal sealed partial class LockWaitReader(Func<LockTag, VictimPlace, string?, string> subject)
{
    private readonly LoggedSessions _sessions = new();
    private readonly Dictionary<(int Pid, string Lock), LoggedWait> _open = [];
    private readonly List<LoggedWait> _waits = [];

    public void Read(LogEntry entry)
    {
        _sessions.Read(entry);
        if (entry.Severity != "LOG" || MessageRegex().Match(entry.Message) is not { Success: true } match
            || LockDescription.Parse(match.Groups["lock"].Value) is not { } tag)
        {
            return;
        }

        var key = (Number(match.Groups["pid"].Value), match.Groups["lock"].Value);
        if (!_open.TryGetValue(key, out var wait))
        {
            wait = new LoggedWait(subject(tag, ContextReader.Read(entry.Context), entry.Statement), QueryShape.Of(entry.Statement));
            _open[key] = wait;
            _waits.Add(wait);
        }

        var what = match.Groups["what"].Value;
        wait.Longest = match.Groups["ms"] is { Success: true } ms ? TimeSpan.FromMilliseconds(double.Parse(ms.Value, CultureInfo.InvariantCulture)) : wait.Longest;
        wait.Granted = what == "acquired";
        foreach (var pid in HoldersOf(entry.Detail))
        {
            wait.Holders[pid] = _sessions.Of(pid);
        }

        if (what is "acquired" or "could not obtain")
        {
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
                [
                    .. waits.SelectMany(wait => wait.Holders).GroupBy(held => held.Key)
                        .Select(held => new LoggedHolder(held.Key, held.Count(), held.Last().Value.Name, held.Last().Value.Statement))
                        .OrderByDescending(holder => holder.Waits).ThenBy(holder => holder.Pid),
                ]))
            .OrderByDescending(summary => summary.Total),
    ];

    private static IEnumerable<int> HoldersOf(string? detail) =>
        detail is not null && HoldersRegex().Match(detail) is { Success: true } match ? match.Groups[1].Value.Split(", ").Select(Number) : [];

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    // A message about a place in a statement has it at its end in the text format.
    [GeneratedRegex(@"^process (?<pid>\d+) (?<what>still waiting for|acquired|detected deadlock while waiting for|avoided deadlock for|failed to acquire|could not obtain) (?<mode>\w+) on (?<lock>.+?)(?: by rearranging queue order)?(?: after (?<ms>[\d.]+) ms)?(?: at character \d+)?$")]
    private static partial Regex MessageRegex();

    // That of log_lock_failures goes on with a comma.
    [GeneratedRegex(@"^Process(?:es)? holding the lock: (\d+(?:, \d+)*)[.,]")]
    private static partial Regex HoldersRegex();
}
