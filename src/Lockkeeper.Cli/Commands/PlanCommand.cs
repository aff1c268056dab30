using System.CommandLine;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Output.Plans;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Commands;

/// <summary>Shows what a migration would do.</summary>
internal static class PlanCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("plan", "Show every statement a migration would run, its lock and what that blocks; changes nothing");
        command.SetPlanning(context, Show);
        return command;
    }

    private static void Show(CommandRun run, MigrationPlan plan)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(PlanOutput.Of(plan), json => json.PlanOutput);
        }
        else
        {
            PlanView.Write(run.Reporter.Data, plan);
        }
    }
}
