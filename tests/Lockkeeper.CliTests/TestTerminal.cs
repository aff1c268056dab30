using System.Text;
using Lockkeeper.Cli;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.CliTests;

/// <summary>A terminal, or two pipes, whose text can be looked at.</summary>
internal sealed class TestTerminal(bool isTerminal)
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    private PressedKeys? _keys;

    public string Out => _out.ToString();

    /// <summary>With the escape character as ESC, so that it can stand in a file.</summary>
    public string ShownOut => Out.Replace("\u001b", "ESC", StringComparison.Ordinal);

    public string Error => _error.ToString();

    public string ShownError => Error.Replace("\u001b", "ESC", StringComparison.Ordinal);

    public Terminal Terminal => new(TextWriter.Synchronized(new StringWriter(_out)), TextWriter.Synchronized(new StringWriter(_error)))
    {
        OutIsTerminal = isTerminal,
        ErrorIsTerminal = isTerminal,
        InIsTerminal = isTerminal,
        Keys = _keys,
        Width = 100,
    };

    public static TestTerminal Piped() => new(false);

    public static TestTerminal Interactive() => new(true);

    public TestTerminal With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

    /// <summary>Has somebody at the keyboard.</summary>
    public TestTerminal Pressing(PressedKeys keys)
    {
        _keys = keys;
        return this;
    }

    public CommandContext Context(TimeProvider? time = null) =>
        new(Terminal, _environment.GetValueOrDefault, time ?? TimeProvider.System);

    /// <summary>Runs a command line in this process.</summary>
    public Task<int> RunAsync(params string[] args) =>
        CommandTree.RunAsync(args, Context(), TestContext.Current.CancellationToken);

    /// <summary>The reporter that the words of a command line make.</summary>
    public Reporter Reporter(params string[] args)
    {
        var context = Context();
        return Cli.Output.Reporter.Of(context, CommandTree.Create(context).Parse([.. args, "status"]));
    }
}
