using System.Text;
using Spectre.Console;

namespace Lockkeeper.Cli.Output;

/// <summary>Standard output, standard error and the keyboard, and what is known of them. The only place that touches the console.</summary>
internal sealed record Terminal(TextWriter Out, TextWriter Error)
{
    /// <summary>Wide enough for every line: what is piped is not wrapped, so that it can be searched and copied.</summary>
    public const int PlainWidth = 100_000;

    // Lines longer than this are hard to read, however wide the window is.
    private const int WidestText = 100;
    private const int UsualWidth = 80;

    // The terminal writes ^C behind what moves; where that began a line of its own, the part that is taken away would be a line too high.
    private const int EchoOfInterrupt = 2;

    /// <summary>Standard input, for what is piped in.</summary>
    public TextReader In { get; init; } = TextReader.Null;

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public bool InIsTerminal { get; init; }

    /// <summary>Where pressed keys come from; null for the process's own.</summary>
    public IAnsiConsoleInput? Keys { get; init; }

    public int Width { get; init; } = UsualWidth;

    public bool Unicode { get; init; } = true;

    /// <summary>Why some of the data could not be written, or null.</summary>
    public Exception? Loss => (Out as GuardedWriter)?.Failure;

    /// <summary>Undoes what a moving display did to the terminal, for a process that ends at once.</summary>
    public void ShowCursor()
    {
        if (ErrorIsTerminal)
        {
            Error.Write("\u001b[?25h");
            Error.Flush();
        }
    }

#pragma warning disable RS0030 // The ban keeps the console out of everything else.
    public static Terminal OfThisProcess() => new(new GuardedWriter(Console.Out), new GuardedWriter(Console.Error))
    {
        In = Console.In,
        OutIsTerminal = !Console.IsOutputRedirected && !IsDumb,
        ErrorIsTerminal = !Console.IsErrorRedirected && !IsDumb,
        InIsTerminal = !Console.IsInputRedirected,
        Width = WidthOfThisProcess(),
        Unicode = Console.OutputEncoding.CodePage == Encoding.UTF8.CodePage,
    };

    private static int WidthOfThisProcess()
    {
        if (Console.IsOutputRedirected && Console.IsErrorRedirected)
        {
            return UsualWidth;
        }

        try
        {
            return Console.WindowWidth is > 20 and var width ? Math.Min(width - EchoOfInterrupt, WidestText) : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }
#pragma warning restore RS0030

    // Such a terminal shows control sequences as text.
    private static bool IsDumb => Environment.GetEnvironmentVariable("TERM") is "dumb";
}
