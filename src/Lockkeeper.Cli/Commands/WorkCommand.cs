using System.Collections.Immutable;
using System.CommandLine;
using Lockkeeper.Backfill;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;

namespace Lockkeeper.Cli.Commands;

/// <summary>Helps with backfills that somebody has started, on this machine or another.</summary>
internal static class WorkCommand
{
    // A backfill takes minutes at least; a look costs one query.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    public static Command Create(CommandContext context)
    {
        var wait = new Option<bool>("--wait")
        {
            Description = "Wait for backfills to come, until interrupted",
            Arity = ArgumentArity.Zero,
        };
        var command = new Command("work", "Help with the backfills that are under way, from any machine, until no rows are left") { wait };
        var options = new BackfillRunOptions(command, withVerify: false);
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, options.Read(run), run.Parsed.GetValue(wait), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, BackfillOptions options, bool wait, CancellationToken cancellationToken)
    {
        var joined = ImmutableArray.CreateBuilder<string>();
        var emptied = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            do
            {
                while (await FindAsync(run, emptied, cancellationToken) is { } backfill)
                {
                    await JoinAsync(run, options, backfill, cancellationToken);
                    joined.Add(backfill.Name);
                    emptied.Add(backfill.Name);
                }

                if (wait)
                {
                    await Task.Delay(BetweenLooks, run.Context.Time, cancellationToken);
                }
            }
            while (wait);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return FillRun.Interrupted(run, "The others go on; \"lockkeeper work\" joins again.");
        }

        Report(run, joined.ToImmutable());
        return ExitCode.Done;
    }

    // One that has been joined is not joined again: no rows are left for us there, and whoever started it has still to check it. When it is done, another may
    // come under its name.
    private static async Task<BackfillStatus?> FindAsync(CommandRun run, HashSet<string> emptied, CancellationToken cancellationToken)
    {
        var all = await new BackfillControl(run.DataSource).ListAsync(cancellationToken);
        emptied.IntersectWith(all.Where(backfill => backfill.FinishedAt is null).Select(backfill => backfill.Name));
        return all.FirstOrDefault(backfill => backfill is { FinishedAt: null, Command: not Lockkeeper.Backfill.Steering.BackfillCommand.Cancel }
            && !emptied.Contains(backfill.Name));
    }

    private static async Task JoinAsync(CommandRun run, BackfillOptions options, BackfillStatus backfill, CancellationToken cancellationToken)
    {
        var backfiller = new Backfiller(run.DataSource, options, run.Context.Time, run.Logs);
        await new FillRun(run).WatchAsync(
            Verbs.Work, backfill.Name, FillRun.StageOf(backfill), progress => backfiller.JoinAsync(backfill.Name, progress, cancellationToken));
    }

    private static void Report(CommandRun run, ImmutableArray<string> joined)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteLine(new WorkOutput("result", Verbs.Work, joined), json => json.WorkOutput);
        }
        else
        {
            run.Reporter.Data.Line(joined.IsEmpty
                ? "No backfill is under way."
                : Shown.Line($"No rows are left to be filled by {string.Join(", ", joined)}. Whoever runs a migration checks its rows and goes on."));
        }
    }
}
