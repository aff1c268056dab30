using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Lockkeeper.Cli.Commands;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli;

/// <summary>All commands, and the way from the words of a command line to an exit code.</summary>
internal static class CommandTree
{
    // Help that is as wide as the terminal is hard to read, and help that depends on it cannot be compared.
    private const int HelpWidth = 100;

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The words after the program's name.</param>
    /// <param name="context">Where to write, and what surrounds the process.</param>
    /// <param name="cancellationToken">Ends the command in an orderly way; it says what that left.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandContext context, CancellationToken cancellationToken)
    {
        // A file name may begin with @; the parser would otherwise read arguments from that file.
        var parsed = Create(context).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            return (int)UsageErrors.Show(parsed, context);
        }

        var invocation = new InvocationConfiguration
        {
            Output = context.Terminal.Out,
            Error = context.Terminal.Error,
            EnableDefaultExceptionHandler = false,

            // Signals are the program's: a run needs longer than the parser's two seconds to end in an orderly way.
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    public static RootCommand Create(CommandContext context)
    {
        var root = new RootCommand("Changes the schema of a live PostgreSQL database while old and new clients keep working.")
        {
            HelpName = "lockkeeper",
        };
        foreach (var option in context.Options.All)
        {
            root.Add(option);
        }

        foreach (var create in CommandList.All)
        {
            root.Add(create(context));
        }

        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpAction { MaxWidth = HelpWidth };
        }

        return root;
    }
}
