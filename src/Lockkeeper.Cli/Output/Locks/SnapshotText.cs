using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Watching;
using Spectre.Console;

namespace Lockkeeper.Cli.Output.Locks;

/// <summary>A snapshot as lines of markup.</summary>
internal static class SnapshotText
{
    private const int FewWaiters = 5;
    private const int FewIncidents = 5;

    /// <summary>All that a person wants who looks once.</summary>
    public static ImmutableArray<string> Lines(LockSnapshot snapshot, int width, bool all) =>
        Lines(snapshot, new QueueText(width, all ? int.MaxValue - 1 : FewWaiters, advice: true), all ? int.MaxValue : FewIncidents);

    /// <summary>What fits on a screen that is drawn again and again.</summary>
    public static ImmutableArray<string> Brief(LockSnapshot snapshot, int width) =>
        Lines(snapshot, new QueueText(width, 3, advice: false), 2);

    public static string Of(EndedIncident ended)
    {
        var lasted = ended.LastSeen - ended.FirstSeen;
        var most = ended.MostWaiting == 1 ? "1 waited" : string.Create(CultureInfo.InvariantCulture, $"up to {ended.MostWaiting} waited");
        return $"[dim]{ended.LastSeen.ToLocalTime():HH:mm:ss}[/] [green]over[/]  {Shown.Line(ended.Subject)}  "
            + $"[dim]seen for {Amounts.Duration(lasted)}, {most}, longest {Amounts.Duration(ended.LongestWait)}; {Shown.Line(ended.Holder)}[/]";
    }

    private static ImmutableArray<string> Lines(LockSnapshot snapshot, QueueText text, int most)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add(Summary(snapshot));
        foreach (var incident in snapshot.Incidents.Take(most))
        {
            lines.Add("");
            foreach (var queue in incident.Queues)
            {
                lines.AddRange(text.Lines(queue));
            }
        }

        if (snapshot.Incidents.Length > most)
        {
            lines.Add("");
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"[dim]... and {snapshot.Incidents.Length - most} more; --all shows them.[/]"));
        }

        return lines.ToImmutable();
    }

    private static string Summary(LockSnapshot snapshot)
    {
        var waiting = snapshot.Waiting switch
        {
            0 => "[green]Nobody waits for a lock.[/]",
            1 => $"[bold]1 session waits[/], for {Amounts.Duration(snapshot.LongestWait)}.",
            _ => $"[bold]{Amounts.Count(snapshot.Waiting)} sessions wait[/], the longest for {Amounts.Duration(snapshot.LongestWait)}.",
        };
        var version = snapshot.Observation.ServerVersion / 10_000;
        return $"{waiting} [dim]{Markup.Escape(snapshot.Observation.Database)}, PostgreSQL {version}, "
            + $"{snapshot.Observation.At.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}[/]";
    }
}
