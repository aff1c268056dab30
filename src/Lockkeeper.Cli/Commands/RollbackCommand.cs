using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Undoes the migration that is under way.</summary>
internal static class RollbackCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("rollback", "Undo the migration that is under way, whole or half started");
        command.SetWork(context, (run, cancellationToken) => new VerbRun(run, run.Migrator)
            .RunAsync(Verbs.Rollback, progress => run.Migrator.RollbackAsync(progress, cancellationToken)));
        return command;
    }
}
