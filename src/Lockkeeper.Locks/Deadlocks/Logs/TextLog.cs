using System.Globalization;
using System.Text.RegularExpressions;

namespace Lockkeeper.Locks.Deadlocks.Logs;

/// <summary>Reads the log as it goes to standard error, whatever <c>log_line_prefix</c> stands in front of its lines.</summary>
/// <remarks>A message's further lines begin with a tab; DETAIL, CONTEXT and the like are lines of their own behind it, by the same process.</remarks>
internal static partial class TextLog
{
    public static IEnumerable<LogEntry> Read(IEnumerable<(int Number, string Text)> lines, LogProblems problems)
    {
        var open = new List<Draft>();
        Draft? last = null;
        foreach (var (number, text) in lines)
        {
            if (text.StartsWith('\t'))
            {
                last?.Append(text[1..]);
                continue;
            }

            if (HeadRegex().Match(text) is not { Success: true } head)
            {
                if (ForeignRegex().IsMatch(text))
                {
                    problems.Foreign(number, text);
                    last = null;
                }
                else
                {
                    problems.Unread(number, text);
                }

                continue;
            }

            var label = head.Groups["label"].Value;
            var pid = PidRegex().Match(head.Groups["prefix"].Value) is { Success: true } found
                ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
                : (int?)null;
            if (IsPart(label))
            {
                last = open.LastOrDefault(draft => draft.Pid == pid) ?? last;
                last?.Begin(label, head.Groups["text"].Value);
                continue;
            }

            // Two sessions' lines may alternate where nobody collects them; more than a few are never open at once.
            foreach (var done in open.Where(draft => draft.Pid == pid || open.Count > 8).Take(1).ToArray())
            {
                open.Remove(done);
                yield return done.Entry();
            }

            last = new Draft(number, pid, head);
            open.Add(last);
        }

        foreach (var draft in open)
        {
            yield return draft.Entry();
        }
    }

    private static bool IsPart(string label) => label is "DETAIL" or "HINT" or "CONTEXT" or "STATEMENT" or "QUERY" or "LOCATION" or "BACKTRACE";

    [GeneratedRegex(@"^(?<prefix>.*?)(?<label>DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION|BACKTRACE):  (?<text>.*)$")]
    private static partial Regex HeadRegex();

    // The severity is translated too, unlike the colon and the two blanks behind it: FEHLER, ERREUR, DETALLE. Behind a time or a number in brackets.
    [GeneratedRegex(@"(?:\d\d:\d\d|\[\d+).*?(?<=[\s\]:])[\p{Lu}\p{Lo}][\p{Lu}\p{Lo}\p{M}]+ ?:  ")]
    private static partial Regex ForeignRegex();

    // [1234], as in the default prefix, or the number behind the host's colon as managed services have it: ...:user@db:[1234]:
    [GeneratedRegex(@"\[(\d+)(?:-\d+)?\]")]
    private static partial Regex PidRegex();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]+|[+-]\d\d(?::?\d\d)?)?")]
    private static partial Regex TimeRegex();

    [GeneratedRegex(@"(?<user>[\w-]+)@(?<database>[\w-]+)")]
    private static partial Regex UserRegex();

    private sealed class Draft(int line, int? pid, Match head)
    {
        private readonly Dictionary<string, string> _parts = new(StringComparer.Ordinal) { ["MESSAGE"] = head.Groups["text"].Value };
        private string _part = "MESSAGE";

        public int? Pid => pid;

        public void Begin(string label, string text)
        {
            _part = label;
            _parts[label] = text;
        }

        public void Append(string text) => _parts[_part] += $"\n{text}";

        public LogEntry Entry()
        {
            var prefix = head.Groups["prefix"].Value;
            var user = UserRegex().Match(prefix);
            return new LogEntry
            {
                Line = line,
                Severity = head.Groups["label"].Value,
                Message = _parts["MESSAGE"],
                Time = TimeRegex().Match(prefix) is { Success: true } time ? time.Value : null,
                Detail = _parts.GetValueOrDefault("DETAIL"),
                Context = _parts.GetValueOrDefault("CONTEXT"),
                Statement = _parts.GetValueOrDefault("STATEMENT"),
                Pid = pid,
                User = user.Success ? user.Groups["user"].Value : null,
                Database = user.Success ? user.Groups["database"].Value : null,
            };
        }
    }
}
