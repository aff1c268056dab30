using System.CommandLine;
using Lockkeeper.Backfill;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands.Backfill;

/// <summary>Shows how far backfills are, who works at them, and why they stand still.</summary>
internal static class BackfillStatusCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("status", "Show how far backfills are, who works at them, and why they stand still");
        command.SetWork(context, RunAsync);
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var all = await new BackfillControl(run.DataSource).ListAsync(cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(BackfillsOutput.Of(all), json => json.BackfillsOutput);
        }
        else
        {
            BackfillStatusView.Write(run.Reporter.Data, all);
        }

        return ExitCode.Done;
    }
}
