using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Lockkeeper.Migrations.Format;

/// <summary>The events of a YAML text in order; whatever the scanner throws becomes a problem with a place.</summary>
internal sealed class YamlEvents
{
    private readonly SourceText _source;
    private readonly FormatProblems _problems;
    private readonly Scanner _scanner;
    private readonly Parser _parser;

    public YamlEvents(SourceText source, FormatProblems problems)
    {
        _source = source;
        _problems = problems;
        _scanner = new Scanner(new StringReader(source.Text));
        _parser = new Parser(_scanner);
        Next();
    }

    /// <summary>The event that comes next.</summary>
    public ParsingEvent Current { get; private set; } = null!;

    /// <summary>Gives the event that comes next, and goes on to the one after it.</summary>
    public ParsingEvent Next()
    {
        var passed = Current;
        try
        {
            if (_parser.MoveNext())
            {
                Current = _parser.Current!;
            }
        }
        catch (YamlException exception)
        {
            StopAt(exception.Start, exception.Message);
        }
        catch (Exception exception) when (IsSlipOfTheScanner(exception))
        {
            StopAt(_scanner.CurrentPosition, "something is not closed or not in its place");
        }

        return passed;
    }

    public SourcePosition PositionOf(ParsingEvent part) => _source.At(IndexOf(part.Start));

    // YamlDotNet 16.3 throws the first for "a: [1, 2\nb: 3", the second for an escape of a high surrogate followed by that
    // of a letter. FormatPropertyTests looks for more.
    private static bool IsSlipOfTheScanner(Exception exception) =>
        exception is InvalidOperationException or ArgumentException;

    private void StopAt(Mark mark, string what)
    {
        var reached = IndexOf(_scanner.CurrentPosition);
        if (_source.IsTabInIndentation(reached))
        {
            // The exception's own mark is the beginning of the file here.
            _problems.Stop(
                FormatCodes.Syntax, _source.At(reached), "This line is indented with a tab.", "Indent with spaces.");
        }

        _problems.Stop(
            FormatCodes.Syntax, _source.At(IndexOf(mark)), $"This is not YAML: {Shown.Short(what).TrimEnd('.', ' ')}.",
            "Look at the indentation and the brackets, and quote text that holds a colon, a hash or a bracket.");
    }

    private static int IndexOf(Mark mark) => (int)mark.Index;
}
