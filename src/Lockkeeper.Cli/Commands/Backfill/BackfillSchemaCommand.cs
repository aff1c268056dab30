using System.CommandLine;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Commands.Backfill;

/// <summary>Prints the JSON schema of the files of backfills of their own.</summary>
internal static class BackfillSchemaCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("schema", "Print the JSON schema of the files that \"backfill run\" takes; needs no database");
        command.SetWork(context, async (run, cancellationToken) =>
        {
            await context.Terminal.Out.WriteAsync(TableUpdate.JsonSchema().AsMemory(), cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
