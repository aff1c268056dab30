using System.Globalization;
using System.Text;

namespace Lockkeeper.Locks.Deadlocks.Logs;

/// <summary>Reads the log in the format <c>csvlog</c>: 23 columns and more, with line breaks inside of quotes.</summary>
internal static class CsvLog
{
    private const int FewestColumns = 23;

    public static IEnumerable<LogEntry> Read(IEnumerable<(int Number, string Text)> lines, LogProblems problems)
    {
        var record = new StringBuilder();
        var first = 0;
        var inQuotes = false;
        foreach (var (number, text) in lines)
        {
            // A log that was cut begins in the middle of a record. One that really begins here has a year in front.
            if (record.Length == 0 && !LooksLikeRecord(text))
            {
                problems.Unread(number, text);
                continue;
            }

            first = record.Length == 0 ? number : first;
            record.Append(record.Length == 0 ? "" : "\n").Append(text);
            inQuotes ^= text.Count(c => c == '"') % 2 == 1;
            if (inQuotes)
            {
                continue;
            }

            if (Entry(first, Columns(record.ToString())) is { } entry)
            {
                yield return entry;
            }
            else
            {
                problems.Unread(first, record.ToString());
            }

            record.Clear();
        }

        if (record.Length > 0)
        {
            problems.Unread(first, record.ToString());
        }
    }

    public static bool LooksLikeRecord(string line) =>
        line.Length > 20 && char.IsAsciiDigit(line[0]) && line[4] == '-' && line.IndexOf(',', StringComparison.Ordinal) is > 18 and < 40;

    private static LogEntry? Entry(int line, List<string> columns) => columns.Count < FewestColumns
        ? null
        : new LogEntry
        {
            Line = line,
            Time = columns[0],
            User = OrNull(columns[1]),
            Database = OrNull(columns[2]),
            Pid = int.TryParse(columns[3], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null,
            Severity = columns[11],
            SqlState = OrNull(columns[12]),
            Message = columns[13],
            Detail = OrNull(columns[14]),
            Context = OrNull(columns[18]),
            Statement = OrNull(columns[19]),
            Application = OrNull(columns[22]),
        };

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static List<string> Columns(string record)
    {
        var columns = new List<string>();
        var column = new StringBuilder();
        var inQuotes = false;
        for (var i = 0; i < record.Length; i++)
        {
            switch (record[i])
            {
                case '"' when inQuotes && i + 1 < record.Length && record[i + 1] == '"':
                    column.Append('"');
                    i++;
                    break;
                case '"':
                    inQuotes = !inQuotes;
                    break;
                case ',' when !inQuotes:
                    columns.Add(column.ToString());
                    column.Clear();
                    break;
                default:
                    column.Append(record[i]);
                    break;
            }
        }

        columns.Add(column.ToString());
        return columns;
    }
}
