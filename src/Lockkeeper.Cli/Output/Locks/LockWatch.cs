using System.Collections.Immutable;
using Lockkeeper.Cli.Output.Json.Locks;
using Lockkeeper.Cli.Running;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Watching;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockkeeper.Cli.Output.Locks;

/// <summary>Looks again and again until it is interrupted, which is its usual end.</summary>
internal static class LockWatch
{
    public static async Task<ExitCode> RunAsync(CommandRun run, bool all, CancellationToken cancellationToken)
    {
        var doctor = new LockDoctor(run.DataSource, new LockDoctorOptions(), run.Context.Time, run.Logs);
        try
        {
            await (run.Reporter.IsJson ? WriteJsonAsync(run, doctor, cancellationToken)
                : run.Reporter.Data.IsTerminal ? DrawAsync(run, doctor, cancellationToken)
                : WriteAsync(run, doctor, all, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl+C is how one stops watching.
        }

        return ExitCode.Done;
    }

    private static async Task WriteJsonAsync(CommandRun run, LockDoctor doctor, CancellationToken cancellationToken)
    {
        await foreach (var snapshot in doctor.WatchAsync(cancellationToken))
        {
            run.Reporter.WriteLine(LocksOutput.Of(snapshot), json => json.LocksOutput);
        }
    }

    // Where lines stay, only what is new is worth one: an incident when its waiters change, and its end.
    private static async Task WriteAsync(CommandRun run, LockDoctor doctor, bool all, CancellationToken cancellationToken)
    {
        var history = new IncidentHistory();
        var before = "";
        await foreach (var snapshot in doctor.WatchAsync(cancellationToken))
        {
            foreach (var ended in history.Observe(snapshot))
            {
                run.Reporter.Data.Line(SnapshotText.Of(ended));
            }

            var shape = string.Join(';', snapshot.Incidents.SelectMany(i => i.Queues).Select(q => $"{q.Subject}/{q.Queue.Depth}"));
            if (shape != before)
            {
                foreach (var line in SnapshotText.Lines(snapshot, run.Reporter.Data.Console.Profile.Width, all))
                {
                    run.Reporter.Data.Line(line);
                }
            }

            before = shape;
        }
    }

    private static async Task DrawAsync(CommandRun run, LockDoctor doctor, CancellationToken cancellationToken)
    {
        var screen = new LiveScreen(run.Reporter.Data, run.Context.Time);
        IRenderable seen = new Markup("[dim]looking ...[/]");
        await screen.WatchAsync(
            async () =>
            {
                var history = new IncidentHistory();
                await foreach (var snapshot in doctor.WatchAsync(cancellationToken))
                {
                    foreach (var ended in history.Observe(snapshot))
                    {
                        screen.Keep(SnapshotText.Of(ended));
                    }

                    seen = Draw(SnapshotText.Brief(snapshot, screen.Width));
                }

                return true;
            },
            _ => seen);
    }

    private static Rows Draw(ImmutableArray<string> lines) =>
        new(lines.Append("[dim]Ctrl+C ends.[/]").Select(IRenderable (line) => new Markup(line.Length == 0 ? " " : line)));
}
