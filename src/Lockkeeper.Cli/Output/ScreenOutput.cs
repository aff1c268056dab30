using System.Text;
using Spectre.Console;

namespace Lockkeeper.Cli.Output;

/// <summary>Tells Spectre.Console what it would otherwise ask the process for.</summary>
internal sealed class ScreenOutput(TextWriter writer, bool isTerminal, int width) : IAnsiConsoleOutput
{
    // Live lines are few; a height that is not known must not make them be cut.
    private const int AnyHeight = 100;

    public TextWriter Writer { get; } = new StillCursor(writer);

    public bool IsTerminal => isTerminal;

    public int Width => width;

    public int Height => AnyHeight;

    public void SetEncoding(Encoding encoding)
    {
    }
}
