using System.CommandLine;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Output.Plans;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Shows what a migration would do.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("plan", "Show every statement a migration would run, its lock and what that blocks; changes nothing");
        var file = new MigrationArgument(command);
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, file, cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, MigrationArgument file, CancellationToken cancellationToken)
    {
        var plan = await file.PlanAsync(run, cancellationToken);
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
