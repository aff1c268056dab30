using System.Text.Json;

namespace Lockkeeper.Locks.Deadlocks.Logs;

/// <summary>Reads the log in the format <c>jsonlog</c>: an object on each line.</summary>
internal static class JsonLog
{
    public static IEnumerable<LogEntry> Read(IEnumerable<(int Number, string Text)> lines, LogProblems problems)
    {
        foreach (var (number, text) in lines)
        {
            if (Entry(number, text) is { } entry)
            {
                yield return entry;
            }
            else
            {
                problems.Unread(number, text);
            }
        }
    }

    private static LogEntry? Entry(int line, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && Text("error_severity") is { } severity
                ? new LogEntry
                {
                    Line = line,
                    Severity = severity,
                    Message = Text("message") ?? "",
                    Time = Text("timestamp"),
                    SqlState = Text("state_code"),
                    Detail = Text("detail"),
                    Context = Text("context"),
                    Statement = Text("statement"),
                    Pid = root.TryGetProperty("pid", out var pid) && pid.TryGetInt32(out var number) ? number : null,
                    Database = Text("dbname"),
                    User = Text("user"),
                    Application = Text("application_name"),
                }
                : null;

            string? Text(string name) =>
                root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
