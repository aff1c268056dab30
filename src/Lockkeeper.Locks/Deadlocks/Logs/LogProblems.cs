using System.Collections.Immutable;

namespace Lockkeeper.Locks.Deadlocks.Logs;

/// <summary>What of a log could not be read.</summary>
internal sealed class LogProblems
{
    public int Lines { get; private set; }

    public int FirstLine { get; private set; }

    public string? First { get; private set; }

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

    public ImmutableArray<string> Notes() => Lines == 0
        ? []
        : [FormattableString.Invariant($"{Lines} {(Lines == 1 ? "line" : "lines")} could not be read, the first is line {FirstLine}.")];
}
