using System.CommandLine;
using Lockkeeper.Backfill;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;

namespace Lockkeeper.Cli.Commands.Backfill;

/// <summary>Updates many rows of a live table in short transactions, as a file says.</summary>
internal static class BackfillRunCommand
{
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("file") { Description = "What to update: a .json, .yaml or .yml file with table, set and where" };
        var again = new Option<bool>("--again")
        {
            Description = "Run it once more when it is finished",
            Arity = ArgumentArity.Zero,
        };
        var command = new Command("run", "Update many rows of a live table in short transactions, or go on with an interrupted run of the same file") { file, again };
        var options = new BackfillRunOptions(command, withVerify: true);
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var backfill = await TableUpdate.LoadAsync(run.Parsed.GetRequiredValue(file), cancellationToken);
            var job = await backfill.ToJobAsync(run.DataSource, run.Settings.Schema, cancellationToken);
            if (run.Parsed.GetValue(again))
            {
                await ForgetFinishedAsync(run, job, cancellationToken);
            }

            var backfiller = new Backfiller(run.DataSource, options.Read(run), run.Context.Time, run.Logs);
            var stage = new BackfillStage($"update rows of {backfill.Table.Value}", job);
            try
            {
                var report = await new FillRun(run).WatchAsync(
                    Verbs.BackfillRun, backfill.Name, stage, progress => backfiller.RunAsync(job, progress, cancellationToken));
                Report(run, backfill, report, options.Read(run).Verify);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return FillRun.Interrupted(run, "\"lockkeeper backfill run\" of the same file goes on where it stopped.");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static async Task ForgetFinishedAsync(CommandRun run, BackfillJob job, CancellationToken cancellationToken)
    {
        var control = new BackfillControl(run.DataSource);
        if ((await control.ListAsync(cancellationToken)).Any(known => known.Name == job.Name && known.FinishedAt is not null))
        {
            await control.ForgetAsync(job.Name, cancellationToken);
        }
    }

    private static string Grown(BackfillReport report) => report.Growth is { } growth ? $" The table is now {Amounts.Times(growth)} its size." : "";

    private static void Report(CommandRun run, TableUpdate backfill, BackfillReport report, bool verify)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteLine(new BackfillRunOutput("result", Verbs.BackfillRun, backfill.Name, BackfillOutput.Of(report)), json => json.BackfillRunOutput);
        }
        else
        {
            run.Reporter.Data.Line(Shown.Line($"Updated {Amounts.Rows(report.Rows)} of {backfill.Table.Value} in {Amounts.Duration(report.Elapsed)}.{Grown(report)}"));
        }

        if (verify && report.RowsCompared is null)
        {
            run.Reporter.Warn("No value was compared: each expression reads a column that is set, and so says something else once its row is updated.");
        }

        if (report.RowsLeft > 0)
        {
            run.Reporter.Warn(
                $"{Amounts.Rows(report.RowsLeft)} fit the condition all the same: clients went on writing such rows until the end. Every row that was there when it began is done.");
        }
    }
}
