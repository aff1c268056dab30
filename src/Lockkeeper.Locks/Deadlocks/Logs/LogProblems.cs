namespace Lockkeeper.Locks.Deadlocks.Logs;

/// <summary>What of a log could not be read.</summary>
internal sealed class LogProblems
{
    private int _foreign;
    private int _firstForeign;

    public int Lines { get; private set; }

    public int FirstLine { get; private set; }

    public string? First { get; private set; }

    /// <summary>Whether lines look like messages of a server whose words are not English.</summary>
    public bool IsForeign => _foreign > 0;

    public void Unread(int line, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (Lines++ == 0)
        {
            FirstLine = line;
            First = text;
        }
    }

    /// <summary>A line that is a message of a server, in words that are not English.</summary>
    public void Foreign(int line, string text)
    {
        if (_foreign++ == 0)
        {
            _firstForeign = line;
        }

        Unread(line, text);
    }

    public IEnumerable<string> Notes()
    {
        if (Lines > 0)
        {
            yield return FormattableString.Invariant($"{Lines} {(Lines == 1 ? "line" : "lines")} could not be read, the first is line {FirstLine}.");
        }

        if (IsForeign)
        {
            yield return FormattableString.Invariant($"{_foreign} of them {(_foreign == 1 ? "looks like a message" : "look like messages")} in another language than English, the first is line {_firstForeign}: ")
                + "deadlocks among them are not seen. SET lc_messages = 'C' on the server.";
        }
    }
}
