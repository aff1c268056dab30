using System.CommandLine;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Shows where the schema stands.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("status", "Show where the schema stands");
        command.SetWork(context, RunAsync);
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        var status = await run.Migrator.StatusAsync(cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(StatusOutput.Of(status), json => json.StatusOutput);
        }
        else
        {
            StatusView.Write(run.Reporter.Data, status);
        }

        return ExitCode.Done;
    }
}
