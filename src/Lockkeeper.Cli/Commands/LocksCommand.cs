using System.CommandLine;
using Lockkeeper.Cli.Output.Json.Locks;
using Lockkeeper.Cli.Output.Locks;
using Lockkeeper.Cli.Running;
using Lockkeeper.Locks;

namespace Lockkeeper.Cli.Commands;

/// <summary>Shows who waits for whom.</summary>
internal static class LocksCommand
{
    public static Command Create(CommandContext context)
    {
        var watch = new Option<bool>("--watch", "-w") { Description = "Look again every second until Ctrl+C, and keep what is over", Arity = ArgumentArity.Zero };
        var all = new Option<bool>("--all") { Description = "Show every incident and every waiter, not only the first ones", Arity = ArgumentArity.Zero };
        var command = new Command("locks", "Show who waits for whom, which row is hot, and what to do about it; changes nothing") { watch, all };
        command.SetWork(context, (run, cancellationToken) => run.Parsed.GetValue(watch)
            ? LockWatch.RunAsync(run, run.Parsed.GetValue(all), cancellationToken)
            : ShowAsync(run, run.Parsed.GetValue(all), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> ShowAsync(CommandRun run, bool all, CancellationToken cancellationToken)
    {
        var doctor = new LockDoctor(run.DataSource, new LockDoctorOptions(), run.Context.Time, run.Logs);
        var snapshot = await doctor.SnapshotAsync(cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(LocksOutput.Of(snapshot), json => json.LocksOutput);
        }
        else
        {
            foreach (var line in SnapshotText.Lines(snapshot, run.Reporter.Data.Console.Profile.Width, all))
            {
                run.Reporter.Data.Line(line);
            }
        }

        foreach (var note in snapshot.Notes)
        {
            run.Reporter.Warn(note);
        }

        return ExitCode.Done;
    }
}
