using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output;

namespace Lockkeeper.Cli.Running;

/// <summary>What surrounds one command line: everything a test wants to put in the place of the process's own.</summary>
/// <param name="terminal">Where data and talk go.</param>
/// <param name="environment">Gives an environment variable, or null.</param>
/// <param name="time">The clock.</param>
internal sealed class CommandContext(Terminal terminal, Func<string, string?> environment, TimeProvider time)
{
    public Terminal Terminal => terminal;

    public TimeProvider Time => time;

    /// <summary>The options that every command has.</summary>
    public GlobalOptions Options { get; } = new();

    /// <summary>The first of the variables that is set to something.</summary>
    public string? Variable(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (environment(name) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return null;
    }
}
