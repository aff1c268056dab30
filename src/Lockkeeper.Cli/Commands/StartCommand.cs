using System.CommandLine;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Starts a migration, or goes on with one that was interrupted.</summary>
internal static class StartCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("start", "Start a migration, or go on with an interrupted start of the same file");
        var file = new MigrationArgument(command);
        var options = new StartOptions(command, "Complete the migration when it is started");
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var migrator = options.CreateMigrator(run);
            var migration = await file.LoadAsync(run, cancellationToken);
            var verbs = new VerbRun(run, migrator);
            verbs.Report(Verbs.Start, await verbs.StartAsync(migration, options.Complete(run), cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }
}
