using System.CommandLine;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Goes on with an interrupted verb.</summary>
internal static class ResumeCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("resume", "Go on with whatever was interrupted, exactly where it stopped");
        command.SetWork(context, (run, cancellationToken) => new VerbRun(run, run.Migrator)
            .RunAsync(Verbs.Resume, progress => run.Migrator.ResumeAsync(progress, cancellationToken)));
        return command;
    }
}
