using System.CommandLine;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Commands;

/// <summary>Prints the JSON schema of migration files.</summary>
internal static class SchemaCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("schema", "Print the JSON schema of migration files, for editors; needs no database");
        command.SetWork(context, async (run, cancellationToken) =>
        {
            await context.Terminal.Out.WriteAsync(MigrationFormat.JsonSchema().AsMemory(), cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
