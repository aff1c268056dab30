using System.Collections.Immutable;
using System.CommandLine;
using Lockkeeper.Cli.Output.Deadlocks;
using Lockkeeper.Cli.Output.Json.Deadlocks;
using Lockkeeper.Cli.Running;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Reading;

namespace Lockkeeper.Cli.Commands;

/// <summary>Explains the deadlocks of a server's log.</summary>
internal static class DeadlocksCommand
{
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("file") { Description = "A log of PostgreSQL (text, csvlog or jsonlog); - reads standard input" };
        var command = new Command("deadlocks", "Explain the deadlocks and the long waits of a server log; asks no server unless --postgres-url is given") { file };
        command.SetWork(context, (run, cancellationToken) => RunAsync(run, run.Parsed.GetRequiredValue(file), cancellationToken));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandRun run, string file, CancellationToken cancellationToken)
    {
        // The log numbers relations; only the server that wrote it knows their names, and whoever names one means that one.
        var relations = run.Parsed.GetResult(run.Context.Options.PostgresUrl) is { Implicit: false }
            ? await RelationNames.ReadAsync(run.DataSource, cancellationToken)
            : ImmutableDictionary<uint, string>.Empty;
        using var log = Open(run, file);
        var report = DeadlockReport.Parse(log, relations);
        if (run.Reporter.IsJson)
        {
            run.Reporter.WriteObject(DeadlocksOutput.Of(report), json => json.DeadlocksOutput);
        }
        else
        {
            foreach (var line in DeadlockText.Lines(report, run.Reporter.Data.Console.Profile.Width))
            {
                run.Reporter.Data.Line(line);
            }
        }

        foreach (var note in report.Notes)
        {
            run.Reporter.Warn(note);
        }

        return ExitCode.Done;
    }

    private static TextReader Open(CommandRun run, string file)
    {
        if (file == "-")
        {
            return run.Context.Terminal.In;
        }

        try
        {
            return new StreamReader(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException("LK4006", $"The log cannot be read: {unreadable.Message}", "Check the path and the rights; the server's log is often readable for its own user only.");
        }
    }
}
