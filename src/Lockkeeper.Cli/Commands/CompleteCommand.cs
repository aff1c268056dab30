using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Makes the new version the only one.</summary>
internal static class CompleteCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("complete", "Drop the old version and make the new one permanent; cannot be undone");
        command.SetWork(context, (run, cancellationToken) => new VerbRun(run, run.Migrator)
            .RunAsync(Verbs.Complete, progress => run.Migrator.CompleteAsync(progress, cancellationToken)));
        return command;
    }
}
