using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Lockkeeper.Locks.Deadlocks.Logs;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Reads a deadlock from the message that the server writes of it.</summary>
internal static partial class DeadlockReader
{
    private const string SqlState = "40P01";
    private const string Message = "deadlock detected";

    public static bool IsDeadlock(LogEntry entry) => entry.SqlState is { } state
        ? state == SqlState && entry.Severity != "LOG"
        : entry.Severity is "ERROR" or "FATAL" && entry.Message.StartsWith(Message, StringComparison.Ordinal);

    /// <summary>The deadlock, or null where the message does not hold its ring.</summary>
    public static Deadlock? Read(LogEntry entry)
    {
        var detail = entry.Detail ?? "";
        var edges = EdgeRegex().Matches(detail).Select(Edge).ToArray();
        return edges.Length < 2 || edges.Any(edge => edge is null)
            ? null
            : new Deadlock(entry, [.. edges.Select(edge => edge!)], Queries(entry, detail, edges[0]!.Waiter), ContextReader.Read(entry.Context));
    }

    private static DeadlockEdge? Edge(Match match) =>
        LockModeName.Parse(match.Groups["mode"].Value) is { } mode && LockDescription.Parse(match.Groups["lock"].Value) is { } tag
            ? new DeadlockEdge(Number(match.Groups["waiter"].Value), mode, tag, Number(match.Groups["blocker"].Value))
            : null;

    private static ImmutableDictionary<int, string> Queries(LogEntry entry, string detail, int victim)
    {
        var queries = ImmutableDictionary.CreateBuilder<int, string>();
        foreach (Match match in QueryRegex().Matches(detail))
        {
            queries[Number(match.Groups["pid"].Value)] = match.Groups["query"].Value.Trim();
        }

        // What a client sees has the ring without the statements; its own it knows.
        if (entry.Statement is { } statement && !queries.ContainsKey(victim))
        {
            queries[victim] = statement;
        }

        return queries.ToImmutable();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Process (?<waiter>\d+) waits for (?<mode>\w+) on (?<lock>.+?); blocked by process (?<blocker>\d+)\.")]
    private static partial Regex EdgeRegex();

    [GeneratedRegex(@"^Process (?<pid>\d+): (?<query>.*?)(?=\nProcess \d+: |\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex QueryRegex();
}
