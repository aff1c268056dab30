using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Ends a session.</summary>
internal static class TerminateCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("terminate", "End a session and undo its transaction, after showing who would be freed");
        _ = new EndingSession(command, context, (ender, session, cancellationToken) => ender.TerminateAsync(session, cancellationToken));
        return command;
    }
}
