namespace Lockkeeper.Locks.Deadlocks.Logs;

/// <summary>Reads a log in whichever of the server's three formats it is.</summary>
internal static class ServerLog
{
    public static IEnumerable<LogEntry> Read(TextReader reader, LogProblems problems)
    {
        var lines = Lines(reader).GetEnumerator();
        var head = new List<(int, string)>();
        while (head.Count < 50 && lines.MoveNext())
        {
            head.Add(lines.Current);
        }

        // The first line that says it decides; a cut log may begin with the rest of a message.
        var all = head.Concat(Rest(lines));
        return head.FirstOrDefault(line => IsJson(line.Item2) || CsvLog.LooksLikeRecord(line.Item2)).Item2 switch
        {
            null => TextLog.Read(all, problems),
            var line when IsJson(line) => JsonLog.Read(all, problems),
            _ => CsvLog.Read(all, problems),
        };
    }

    private static bool IsJson(string line) => line.StartsWith('{') && line.Contains("\"error_severity\"", StringComparison.Ordinal);

    private static IEnumerable<(int Number, string Text)> Lines(TextReader reader)
    {
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            yield return (number, line);
        }
    }

    private static IEnumerable<(int Number, string Text)> Rest(IEnumerator<(int Number, string Text)> lines)
    {
        while (lines.MoveNext())
        {
            yield return lines.Current;
        }
    }
}
