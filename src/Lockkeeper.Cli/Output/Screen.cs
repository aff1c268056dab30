using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Output;

/// <summary>One of the two streams, as something to show text on: with colours on a terminal, bare and never wrapped elsewhere.</summary>
internal sealed class Screen
{
    public Screen(TextWriter writer, bool isTerminal, bool colors, Terminal terminal)
    {
        IsTerminal = isTerminal;
        Console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = isTerminal && colors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new ScreenOutput(writer, isTerminal, isTerminal ? terminal.Width : Terminal.PlainWidth),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        Console.Profile.Capabilities.Unicode = terminal.Unicode;
    }

    public bool IsTerminal { get; }

    public IAnsiConsole Console { get; }

    /// <summary>A line of Spectre.Console's markup. What is not ours goes through <see cref="Shown"/> first.</summary>
    public void Line(string markup = "") => Console.MarkupLine(markup);

    public void Write(IRenderable renderable) => Console.Write(renderable);
}
