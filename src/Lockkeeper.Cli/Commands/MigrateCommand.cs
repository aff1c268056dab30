using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;

namespace Lockkeeper.Cli.Commands;

/// <summary>Applies what a folder has and the schema has not.</summary>
internal static class MigrateCommand
{
    public static Command Create(CommandContext context)
    {
        var folder = new Argument<string>("dir") { Description = "The folder of migration files" };
        var one = new Option<bool>("--expect-one")
        {
            Description = "Refuse when more than one migration is missing",
            Arity = ArgumentArity.Zero,
        };
        var detailed = new Option<bool>("--detailed-exit-code")
        {
            Description = "Exit with 7 instead of 0 when there is nothing to do",
            Arity = ArgumentArity.Zero,
        };
        var squash = new Option<bool>("--squash")
        {
            Description = "Apply all that are missing as one: clients of the version before survive each of them",
            Arity = ArgumentArity.Zero,
        };
        var command = new Command("migrate", "Apply the folder's migrations that are missing: all are completed but the last") { folder, one, squash, detailed };
        var options = new StartOptions(command, "Complete the last migration too");
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var migrator = options.CreateMigrator(run);
            var missing = await new MigrationSource(run).MissingAsync(run.Parsed.GetRequiredValue(folder), cancellationToken);
            if (run.Parsed.GetValue(one))
            {
                RefuseSeveral(missing);
            }

            if (run.Parsed.GetValue(squash) && !missing.IsEmpty)
            {
                missing = [Migration.Squash(missing)];
            }

            var reports = await ApplyAsync(new VerbRun(run, migrator), run, missing, options.Complete(run), cancellationToken);
            Report(run, reports);
            return missing.IsEmpty && run.Parsed.GetValue(detailed) ? ExitCode.NothingToDo : ExitCode.Done;
        });
        return command;
    }

    // Whoever applies several at once completes all but the last, and completing ends what older clients live on.
    private static void RefuseSeveral(ImmutableArray<Migration> missing)
    {
        if (missing.Length > 1)
        {
            throw new RefusedException(
                ErrorCodes.MoreThanOne,
                string.Create(CultureInfo.InvariantCulture, $"{missing.Length} migrations are missing where one was expected: {string.Join(", ", missing.Select(migration => migration.Name))}."),
                $"Start and complete them one after another, beginning with {missing[0].FileName}; or leave --expect-one out.");
        }
    }

    private static async Task<ImmutableArray<MigrationReport>> ApplyAsync(
        VerbRun verbs, CommandRun run, ImmutableArray<Migration> missing, bool completeLast, CancellationToken cancellationToken)
    {
        var reports = ImmutableArray.CreateBuilder<MigrationReport>();
        for (var i = 0; i < missing.Length; i++)
        {
            var report = await verbs.StartAsync(missing[i], completeLast || i < missing.Length - 1, cancellationToken);
            reports.Add(report);
            if (run.Reporter.IsJson)
            {
                ResultText.WriteDrift(run.Reporter, report);
            }
            else
            {
                ResultText.Write(run.Reporter, report);
            }
        }

        return reports.ToImmutable();
    }

    private static void Report(CommandRun run, ImmutableArray<MigrationReport> reports)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteLine(
                new MigrateOutput("result", Verbs.Migrate, reports.IsEmpty, [.. reports.Select(MigrationOutput.Of)]),
                json => json.MigrateOutput);
        }
        else if (reports.IsEmpty)
        {
            run.Reporter.Data.Line("The database is up to date: no migration is missing.");
        }
    }
}
