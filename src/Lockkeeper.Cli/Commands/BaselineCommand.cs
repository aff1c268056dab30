using System.CommandLine;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Makes the schema as it is the beginning of its history.</summary>
internal static class BaselineCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("name")
        {
            Description = "The baseline's name; migration files up to that name count as applied",
        };
        var command = new Command("baseline", "Begin the history with the schema as it is, for a database that has tables already") { name };
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, run.Parsed.GetRequiredValue(name), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, string name, CancellationToken cancellationToken)
    {
        var report = await run.Migrator.BaselineAsync(name, cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(MigrationOutput.Of(report), json => json.MigrationOutput);
        }
        else
        {
            run.Reporter.Data.Line($"The history of {Shown.Line(run.Settings.Schema.ToString())} begins with {Shown.Line(report.Migration)}.");
        }

        return ExitCode.Done;
    }
}
