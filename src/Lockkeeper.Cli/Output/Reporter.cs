using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Output;

/// <summary>Where a command's results and remarks go: data to standard output, talk to standard error.</summary>
internal sealed class Reporter
{
    private readonly Terminal _terminal;
    private readonly bool _verbose;

    private Reporter(Terminal terminal, bool json, bool colors, bool verbose)
    {
        _terminal = terminal;
        _verbose = verbose;
        IsJson = json;
        Data = new Screen(terminal.Out, terminal.OutIsTerminal && !json, colors, terminal);
        Talk = new Screen(terminal.Error, terminal.ErrorIsTerminal, colors, terminal);
    }

    /// <summary>Whether standard output gets JSON and nothing else.</summary>
    public bool IsJson { get; }

    /// <summary>For results.</summary>
    public Screen Data { get; }

    /// <summary>For everything else.</summary>
    public Screen Talk { get; }

    public static Reporter Of(CommandContext context, ParseResult parsed) => new(
        context.Terminal,
        parsed.GetValue(context.Options.Json),
        !parsed.GetValue(context.Options.NoColor) && context.Variable("NO_COLOR") is null,
        IsVerbose(context, parsed));

    public static bool IsVerbose(CommandContext context, ParseResult parsed) =>
        parsed.GetValue(context.Options.Verbose)
        || context.Variable("LOCKKEEPER_VERBOSE", "PGROLL_VERBOSE") is "1" or "t" or "T" or "true" or "TRUE" or "True";

    /// <summary>The one object that a command's result is.</summary>
    public void WriteObject<T>(T value, Func<CliJson, JsonTypeInfo<T>> type) =>
        _terminal.Out.WriteLine(JsonSerializer.Serialize(value, type(CliJson.Indented)));

    /// <summary>One of several objects, each on a line of its own.</summary>
    public void WriteLine<T>(T value, Func<CliJson, JsonTypeInfo<T>> type)
    {
        // One call, so that lines of several threads do not mix.
        _terminal.Out.WriteLine(JsonSerializer.Serialize(value, type(CliJson.OnOneLine)));
        _terminal.Out.Flush();
    }

    /// <summary>Something that goes unlike one may have thought, but goes.</summary>
    public void Warn(string text) => Talk.Line($"[yellow]warning:[/] {Shown.Line(text)}");

    /// <summary>A remark that is not needed where a program reads.</summary>
    public void Remark(string text)
    {
        if (!IsJson)
        {
            Talk.Line($"[dim]{Shown.Line(text)}[/]");
        }
    }

    /// <summary>A remark that a person waits for, also where a program reads the result.</summary>
    public void Say(string text) => Talk.Line(Shown.Line(text));

    public void Fail(Failure failure)
    {
        if (IsJson)
        {
            WriteLine(ErrorOutput.Of(failure), json => json.ErrorOutput);
        }

        FailureText.Write(Talk, failure, _verbose);
    }
}
