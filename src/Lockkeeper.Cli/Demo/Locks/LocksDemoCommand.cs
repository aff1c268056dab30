using System.CommandLine;
using Lockkeeper.Cli.Output.Deadlocks;
using Lockkeeper.Cli.Output.Json.Deadlocks;
using Lockkeeper.Cli.Output.Json.Locks;
using Lockkeeper.Cli.Output.Locks;
using Lockkeeper.Cli.Running;
using Lockkeeper.EmbeddedPostgres;

namespace Lockkeeper.Cli.Demo.Locks;

/// <summary>The part of <c>demo</c> that shows what <c>locks</c> and <c>deadlocks</c> show.</summary>
internal static class LocksDemoCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("locks", "Make a hot row and a deadlock on a server of its own, and explain both");
        command.SetWork(context, RunAsync);
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, CancellationToken cancellationToken)
    {
        run.Reporter.Remark("Starting a PostgreSQL server in a temporary folder ...");
        await using var server = await PostgresServer.StartAsync(LocksDemo.Options(run.Context.Time, run.Logs), cancellationToken);
        var demo = new LocksDemo(server, run.Context.Time, run.Logs);
        await demo.PrepareAsync(cancellationToken);

        run.Reporter.Remark("A checkout changes a row and forgets to commit; five workers want the row. lockkeeper locks shows:");
        var snapshot = await demo.QueueForOneRowAsync(cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteLine(LocksOutput.Of(snapshot), json => json.LocksOutput);
        }
        else
        {
            Write(run, SnapshotText.Lines(snapshot, run.Reporter.Data.Console.Profile.Width, all: true));
        }

        run.Reporter.Remark("Two orders change the same two rows in opposite order. lockkeeper deadlocks shows of the server's log:");
        var report = await demo.DeadlockAsync(cancellationToken);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteLine(DeadlocksOutput.Of(report), json => json.DeadlocksOutput);
        }
        else
        {
            Write(run, DeadlockText.Lines(report, run.Reporter.Data.Console.Profile.Width));
        }

        return ExitCode.Done;
    }

    private static void Write(CommandRun run, IEnumerable<string> lines)
    {
        foreach (var line in lines.Append(""))
        {
            run.Reporter.Data.Line(line);
        }
    }
}
