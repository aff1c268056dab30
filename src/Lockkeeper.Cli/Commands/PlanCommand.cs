using System.CommandLine;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Output.Plans;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Commands;

/// <summary>Shows what a migration would do.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("file") { Description = "The migration: a .json, .yaml or .yml file" };
        var command = new Command("plan", "Show every statement a migration would run, its lock and what that blocks; changes nothing") { file };
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, run.Parsed.GetRequiredValue(file), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, string file, CancellationToken cancellationToken)
    {
        var migration = await Migration.LoadAsync(file, cancellationToken);
        var plan = await run.Migrator.PlanAsync(migration, cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(PlanOutput.Of(plan), json => json.PlanOutput);
        }
        else
        {
            PlanView.Write(run.Reporter.Data, plan);
        }

        return ExitCode.Done;
    }
}
