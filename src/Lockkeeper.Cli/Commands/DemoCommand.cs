using System.CommandLine;
using Lockkeeper.Cli.Connections;
using Lockkeeper.Cli.Demo;
using Lockkeeper.Cli.Demo.Locks;
using Lockkeeper.Cli.Demo.Servers;
using Lockkeeper.Cli.Demo.Showing;
using Lockkeeper.Cli.Output;
using Lockkeeper.Cli.Output.Json;
using Lockkeeper.Cli.Running;
using Lockkeeper.Server.Sessions;

namespace Lockkeeper.Cli.Commands;

/// <summary>Shows the main job on a server of its own, with clients that write all the while, and checks what came of it.</summary>
internal static class DemoCommand
{
    public static Command Create(CommandContext context)
    {
        var rows = new Option<string>("--rows") { HelpName = "n", Description = "How many rows the table has [default: 200000]" };
        var server = new Option<string>("--server")
        {
            HelpName = "url",
            Description = "A server to use instead of one of its own: the demo creates a database there and drops it afterwards",
        };
        var keep = new Option<bool>("--keep") { Description = "Keep the database when the demo is over, to look at it", Arity = ArgumentArity.Zero };
        var command = new Command("demo", "Show a migration under live traffic on a PostgreSQL server of its own, and check every row") { rows, server, keep };
        command.Add(LocksDemoCommand.Create(context));
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, OptionsOf(run, rows, server, keep), cancellationToken));
        return command;
    }

    private static DemoOptions OptionsOf(CommandRun run, Option<string> rows, Option<string> server, Option<bool> keep)
    {
        RefuseWhatHasNoMeaning(run);
        var number = run.Parsed.GetValue(rows) is { } text
            ? Numbers.Read(text, DemoOptions.FewestRows, DemoOptions.MostRows, "--rows", "rows")
            : DemoOptions.DefaultRows;
        var url = run.Parsed.GetValue(server);
        try
        {
            _ = ConnectionText.Parse(url ?? "");
        }
        catch (FormatException refused)
        {
            throw new UsageException($"The connection of --server cannot be read. {refused.Message}");
        }

        return new DemoOptions(number) { Server = url, Keep = run.Parsed.GetValue(keep), LockTimeout = run.Settings.LockTimeout };
    }

    // Somebody who names a database must not believe that the demo runs in it.
    private static void RefuseWhatHasNoMeaning(CommandRun run)
    {
        var options = run.Context.Options;
        foreach (var option in new Option[] { options.PostgresUrl, options.Schema, options.Role, options.UseVersionSchema })
        {
            if (run.Parsed.GetResult(option) is { Implicit: false })
            {
                throw new UsageException($"{option.Name} does not go with demo, which makes a database of its own; --server says on which server.");
            }
        }
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, DemoOptions options, CancellationToken cancellationToken)
    {
        var connection = options.Server is { } server ? ConnectionText.Describe(ConnectionText.Parse(server)) : "the demo's server";
        DemoDatabase? database = null;
        try
        {
            database = await OpenAsync(run, options, cancellationToken);
            var report = await WatchAsync(run, options, database, cancellationToken);
            Show(run.Reporter, report);
            if (options.Keep)
            {
                await database.KeepAsync(run.Reporter.Say, cancellationToken);
            }

            return report.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail(run.Reporter, new Failure(ErrorCodes.Interrupted, ExitCode.Interrupted, "Interrupted."), database);
        }
        catch (Exception exception) when (database is not null && exception is not OutOfMemoryException)
        {
            // The usual advice, to resume or to roll back, is about a database that will be gone in a moment.
            return Fail(run.Reporter, Failures.Of(exception, connection), database);
        }
        catch (Npgsql.NpgsqlException exception)
        {
            return Fail(run.Reporter, Failures.Of(exception, connection), null);
        }
        finally
        {
            await (database?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    private static async Task<DemoDatabase> OpenAsync(CommandRun run, DemoOptions options, CancellationToken cancellationToken)
    {
        if (options.Server is { } server)
        {
            return await BorrowedDemoDatabase.CreateAsync(server, run.Context.Time, cancellationToken);
        }

        run.Reporter.Remark("Starting a PostgreSQL server in a temporary folder ...");
        return await EmbeddedDemoDatabase.StartAsync(run.Context.Time, run.Logs, cancellationToken);
    }

    private static async Task<DemoReport> WatchAsync(
        CommandRun run, DemoOptions options, DemoDatabase database, CancellationToken cancellationToken)
    {
        run.Reporter.Remark(database.Description);
        var view = DemoView.Of(run.Reporter, run.Context.Time);
        await using var demo = new DemoRun(database.Connection, options, view, run.Context.Time, run.Logs);
        return await view.WatchAsync(() => demo.RunAsync(cancellationToken));
    }

    private static void Show(Reporter reporter, DemoReport report)
    {
        if (!reporter.IsJson)
        {
            DemoSummary.Write(reporter.Data, report);
            return;
        }

        reporter.WriteObject(DemoOutput.Of(report), json => json.DemoOutput);
        foreach (var line in report.Traffic.FirstFailures.Concat(report.Check.Examples))
        {
            reporter.Warn(line);
        }
    }

    private static ExitCode Fail(Reporter reporter, Failure failure, DemoDatabase? database)
    {
        reporter.Fail(failure with
        {
            IsTrue = database?.WhenRemoved ?? Failures.Untouched,
            WhatToDo = database is null ? failure.WhatToDo : null,
        });
        return failure.ExitCode;
    }
}
