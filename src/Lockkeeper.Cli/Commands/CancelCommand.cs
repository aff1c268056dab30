using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Cancels what a session is running.</summary>
internal static class CancelCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("cancel", "Cancel the statement of a session, after showing who would be freed");
        _ = new EndingSession(command, context, (ender, session, cancellationToken) => ender.CancelAsync(session, cancellationToken));
        return command;
    }
}
