using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Encodings.Web;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Server.Scripting;

namespace Lockkeeper.Cli.Commands;

/// <summary>Makes the schema as it is the beginning of its history, and writes the file that makes it anywhere else.</summary>
internal static class BaselineCommand
{
    public static Command Create(CommandContext context)
    {
        var name = new Argument<string>("name")
        {
            Description = "The baseline's name; migration files up to that name count as applied",
        };
        var folder = new Argument<string?>("dir")
        {
            Description = "The folder of migration files: gets a file with the schema as SQL",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("baseline", "Begin the history with the schema as it is, for a database that has tables already") { name, folder };

        // pgroll asks whether one is sure; here nothing is lost that an answer could save.
        command.Add(new Option<bool>("--yes", "-y") { Hidden = true, Arity = ArgumentArity.Zero });
        command.SetWork(context, (run, cancellationToken) => RunAsync(
            run, run.Parsed.GetRequiredValue(name), run.Parsed.GetValue(folder), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, string name, string? folder, CancellationToken cancellationToken)
    {
        MigrationFiles.CheckName(name);
        if (folder is null)
        {
            Report(run, await run.Migrator.BaselineAsync(name, cancellationToken), null, []);
            return ExitCode.Done;
        }

        var syntax = MigrationFiles.SyntaxOf(run);
        var path = MigrationFiles.PathOf(folder, name, syntax);
        MigrationFiles.RefuseExisting(folder, name);
        var script = await ReadAsync(run, cancellationToken);

        // The file first: without the history it is a file to delete, and a history without its file would have to be made up.
        await MigrationFiles.CreateAsync(path, MigrationFormat.Write(ContentOf(script), syntax), cancellationToken);
        Report(run, await BaselineOrDeleteAsync(run, name, path, cancellationToken), path, script.LeftOut);
        return ExitCode.Done;
    }

    private static async Task<SchemaScript> ReadAsync(CommandRun run, CancellationToken cancellationToken)
    {
        await using var connection = await run.DataSource.OpenConnectionAsync(cancellationToken);
        return await SchemaScript.ReadAsync(connection, run.Settings.Schema, cancellationToken);
    }

    private static async Task<MigrationReport> BaselineOrDeleteAsync(
        CommandRun run, string name, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await run.Migrator.BaselineAsync(name, cancellationToken);
        }
        catch (Exception failed)
        {
            if (await new BegunHistory(run).LacksAsync(name, failed))
            {
                MigrationFiles.TryDelete(path);
            }

            throw;
        }
    }

    private static string ContentOf(SchemaScript script) =>
        $"{{\"baseline\": true, \"operations\": [{{\"sql\": {{\"up\": \"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(script.Sql)}\"}}}}]}}";

    private static void Report(CommandRun run, MigrationReport report, string? path, ImmutableArray<string> leftOut)
    {
        foreach (var what in leftOut)
        {
            run.Reporter.Warn($"The file does not hold {what}.");
        }

        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(BaselineOutput.Of(report, path, leftOut), json => json.BaselineOutput);
            return;
        }

        run.Reporter.Data.Line($"The history of {Shown.Line(run.Settings.Schema.ToString())} begins with {Shown.Line(report.Migration)}.");
        if (path is not null)
        {
            run.Reporter.Data.Line(leftOut.IsEmpty
                ? $"{Shown.Line(path)} makes the same schema in an empty database."
                : $"{Shown.Line(path)} makes the same schema in an empty database, but for what the warnings name.");
        }
    }
}
