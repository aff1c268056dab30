using System.CommandLine;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Sessions;

namespace Lockkeeper.Cli.Commands;

/// <summary>Tells the latest version, for whoever configures a client.</summary>
internal static class LatestCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Command("latest", "Show the latest version: its schema, its migration, or a URL that leads to it");
        command.Add(CreateSchema(context));
        command.Add(CreateMigration(context));
        command.Add(CreateUrl(context));
        return command;
    }

    private static Command CreateSchema(CommandContext context)
    {
        var local = Local();
        var command = new Command("schema", "Show the schema of the latest version") { local };
        command.SetWork(context, async (run, cancellationToken) => Report(
            run, new LatestOutput(await SchemaAsync(run, run.Parsed.GetValue(local), cancellationToken), null, null)));
        return command;
    }

    private static Command CreateMigration(CommandContext context)
    {
        var local = Local();
        var command = new Command("migration", "Show the name of the latest migration") { local };
        command.SetWork(context, async (run, cancellationToken) => Report(
            run, new LatestOutput(null, await new LatestVersion(run).MigrationAsync(run.Parsed.GetValue(local), cancellationToken), null)));
        return command;
    }

    private static Command CreateUrl(CommandContext context)
    {
        var local = Local();
        var url = new Argument<string?>("connection")
        {
            Description = "The connection that clients have; without it, that of --postgres-url",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("url", "Show a connection whose sessions use the latest version; it holds what was given, a password too")
        {
            url, local,
        };
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var schema = await SchemaAsync(run, run.Parsed.GetValue(local), cancellationToken);
            return Report(run, new LatestOutput(null, null, UrlOf(run, run.Parsed.GetValue(url), schema)));
        });
        return command;
    }

    private static Option<string?> Local() => new("--local", "-l")
    {
        HelpName = "dir",
        Description = "Look at the last file of a folder instead of the database",
    };

    private static async Task<string> SchemaAsync(CommandRun run, string? folder, CancellationToken cancellationToken) =>
        (await new LatestVersion(run).SchemaAsync(folder, cancellationToken)).Value;

    private static string UrlOf(CommandRun run, string? given, string schema)
    {
        if (given is not null && string.IsNullOrWhiteSpace(given))
        {
            throw new UsageException("The connection is empty. Leave it out for that of --postgres-url, or give the one that clients have.");
        }

        try
        {
            // Clients need not have the variables that lead from here to the database.
            return ConnectionText.WithSearchPath(
                given ?? ConnectionText.WithoutEnvironment(run.Settings.Connection.Text), new Identifier(schema));
        }
        catch (FormatException refused)
        {
            throw new UsageException($"The connection cannot be read. {refused.Message}");
        }
    }

    private static ExitCode Report(CommandRun run, LatestOutput latest)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(latest, json => json.LatestOutput);
        }
        else
        {
            run.Reporter.Data.Line(Shown.Line(latest.Schema ?? latest.Migration ?? latest.Url));
        }

        return ExitCode.Done;
    }
}
