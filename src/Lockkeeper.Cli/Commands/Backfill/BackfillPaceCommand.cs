using System.CommandLine;
using Lockkeeper.Backfill;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands.Backfill;

/// <summary>Changes how fast a running backfill goes, and at what it stands still.</summary>
internal static class BackfillPaceCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("pace", "Change how fast a running backfill goes, and at what it stands still");
        var argument = new NameArgument(command);
        var options = new PaceOptions(command);
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var change = options.Read(run);
            if (change.Equals(new BackfillPace()))
            {
                throw new UsageException("Give at least one of --throttle, --max-rate and --chunk-time.");
            }

            var control = new BackfillControl(run.DataSource);
            var backfill = await argument.FindAsync(run, cancellationToken);
            await control.SetPaceAsync(backfill.Name, change, cancellationToken);
            Report(run, await control.FindAsync(backfill.Name, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }

    private static void Report(CommandRun run, BackfillStatus backfill)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(new BackfillOrderOutput("pace", backfill.Name), json => json.BackfillOrderOutput);
        }
        else
        {
            BackfillStatusView.Write(run.Reporter.Data, [backfill]);
        }
    }
}
