using System.Collections.Immutable;
using System.CommandLine;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Commands;

/// <summary>Writes the files that the database knows of and a folder lacks.</summary>
internal static class PullCommand
{
    public static Command Create(CommandContext context)
    {
        var folder = new Argument<string>("dir") { Description = "The folder of migration files; it is made where it is missing" };
        var command = new Command("pull", "Write the migrations of the history that a folder lacks as files") { folder };
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, run.Parsed.GetRequiredValue(folder), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, string folder, CancellationToken cancellationToken)
    {
        var syntax = MigrationFiles.SyntaxOf(run);
        var written = ImmutableArray.CreateBuilder<string>();
        var history = await run.Migrator.HistoryAsync(cancellationToken);
        try
        {
            foreach (var migration in Missing(folder, history))
            {
                var path = MigrationFiles.PathOf(folder, migration.Name, syntax);
                await MigrationFiles.CreateAsync(path, MigrationFormat.Write(migration.Content!, syntax), cancellationToken);
                written.Add(path);
            }
        }
        finally
        {
            // Whatever ends it, what was written is said.
            Report(run, written.ToImmutable());
        }

        if (written.Count == 0 && !run.Reporter.IsJson)
        {
            run.Reporter.Say($"{folder} lacks no migration of the history.");
        }

        return ExitCode.Done;
    }

    // A baseline that only marks where the history begins has no content, and files before one count as applied whether they are there or not.
    private static IEnumerable<AppliedMigration> Missing(string folder, ImmutableArray<AppliedMigration> history) => PendingMigrations
        .FromBaseline(history)
        .Where(migration => migration.Content is not null && MigrationFiles.Find(folder, migration.Name) is null);

    private static void Report(CommandRun run, ImmutableArray<string> written)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(new FilesOutput(written), json => json.FilesOutput);
            return;
        }

        foreach (var path in written)
        {
            run.Reporter.Data.Line(Shown.Line(path));
        }
    }
}
