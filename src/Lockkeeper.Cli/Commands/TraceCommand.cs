using System.CommandLine;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Output.Json.Tracing;
using Lockkeeper.Cli.Output.Tracing;
using Lockkeeper.Cli.Running;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Tracing;
using Lockkeeper.Server.Scripting;
using Npgsql;

namespace Lockkeeper.Cli.Commands;

/// <summary>Runs a script on a server of its own and shows what it locks.</summary>
internal static class TraceCommand
{
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("file") { Description = "The script" };
        var schema = new Option<string?>("--schema-file") { HelpName = "file", Description = "SQL that makes the schema first; without it, --postgres-url is asked for its schema, without rows" };
        var version = new Option<string?>("--postgres-version") { HelpName = "14-18", Description = "The version of the server to start [default: the installed one, else 18]" };
        var markdown = new Option<bool>("--markdown") { Description = "Write Markdown, for a pull request", Arity = ArgumentArity.Zero };
        var allow = new Option<string[]>("--allow") { HelpName = "rule", Description = "Do not report this rule; may be given several times" };
        var command = new Command("trace", "Run a script on a server of its own and show what each statement locks; exits with 20 when something would hurt")
        {
            file, schema, version, markdown, allow,
        };
        command.SetWork(context, async (run, cancellationToken) =>
        {
            var allowed = run.Parsed.GetValue(allow) ?? [];
            if (allowed.FirstOrDefault(rule => !LockTracer.Rules.Contains(rule)) is { } unknown)
            {
                throw new UsageException($"--allow knows no rule \"{unknown}\"; there are {string.Join(", ", LockTracer.Rules)}.");
            }

            var script = await ReadAsync(run.Parsed.GetRequiredValue(file), cancellationToken);
            var trace = await TraceAsync(
                run, script, run.Parsed.GetValue(schema), run.Parsed.GetValue(version), cancellationToken);
            var reported = trace.Findings.Where(finding => !allowed.Contains(finding.Rule));
            return Report(run, new LockTrace(trace.Statements, [.. reported]) { Notes = trace.Notes }, run.Parsed.GetValue(markdown));
        });
        return command;
    }

    private static async Task<LockTrace> TraceAsync(
        CommandRun run, string script, string? schemaFile, string? version, CancellationToken cancellationToken)
    {
        var schema = schemaFile is not null ? await ReadAsync(schemaFile, cancellationToken)
            : run.Parsed.GetResult(run.Context.Options.PostgresUrl) is { Implicit: false } ? await CopyAsync(run, cancellationToken) : "";
        run.Reporter.Remark("Starting a PostgreSQL server in a temporary folder ...");
        await using var server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                Version = version is null ? null : Numbers.Read(
                    version, PostgresServerOptions.OldestVersion, PostgresServerOptions.NewestVersion, "--postgres-version", "as the version"),
                TimeProvider = run.Context.Time,
                LoggerFactory = run.Logs,
            },
            cancellationToken);
        await using var dataSource = NpgsqlDataSource.Create(server.ConnectionString);
        if (schema.Length > 0)
        {
            await MakeAsync(dataSource, schema, schemaFile, cancellationToken);
        }

        // The server is thrown away, so what the script commits may be committed.
        return await new LockTracer(dataSource, new LockTracerOptions { MayCommit = true }).TraceAsync(script, cancellationToken);
    }

    private static async Task<string> CopyAsync(CommandRun run, CancellationToken cancellationToken)
    {
        await using var connection = await run.DataSource.OpenConnectionAsync(cancellationToken);
        var copy = await SchemaScript.ReadAsync(connection, run.Settings.Schema, cancellationToken);
        foreach (var missing in copy.LeftOut)
        {
            run.Reporter.Warn($"Not copied: {missing}.");
        }

        // The script takes the schema for granted; public is there already.
        return run.Settings.Schema.Value == "public" ? copy.Sql : $"CREATE SCHEMA {run.Settings.Schema};\n{copy.Sql}";
    }

    private static async Task MakeAsync(NpgsqlDataSource dataSource, string schema, string? file, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = dataSource.CreateCommand(schema);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException refused)
        {
            throw new RefusedException(
                "LK4008", $"The schema could not be made from {file ?? "the database"}: {refused.MessageText}", "Give a complete --schema-file, such as pg_dump --schema-only writes without its \\ commands.");
        }
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException("LK4009", $"The script cannot be read: {unreadable.Message}", "Check the path and the rights.");
        }
    }

    private static ExitCode Report(CommandRun run, LockTrace trace, bool markdown)
    {
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(TraceOutput.Of(trace), json => json.TraceOutput);
        }
        else if (markdown)
        {
            run.Context.Terminal.Out.WriteLine(TraceMarkdown.Of(trace));
        }
        else
        {
            foreach (var line in TraceText.Lines(trace, run.Reporter.Data.Console.Profile.Width))
            {
                run.Reporter.Data.Line(line);
            }
        }

        foreach (var note in trace.Notes)
        {
            run.Reporter.Warn(note);
        }

        return trace switch
        {
            { Succeeded: false } => ExitCode.Refused,
            { Findings.IsEmpty: false } => ExitCode.Yellow,
            _ => ExitCode.Done,
        };
    }
}
