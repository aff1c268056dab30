using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Cli.Output.Locks;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Deadlocks;
using Spectre.Console;

namespace Lockkeeper.Cli.Output.Deadlocks;

/// <summary>A report of deadlocks as lines of markup, each with its ring drawn.</summary>
internal static class DeadlockText
{
    private const int WidestPiped = 200;
    private const int MostWaits = 10;
    private const int MostHolders = 3;

    public static ImmutableArray<string> Lines(DeadlockReport report, int width)
    {
        var room = Math.Min(width, WidestPiped);
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add(Summary(report));
        foreach (var group in report.Groups)
        {
            lines.Add("");
            AddGroup(lines, report, group, room);
        }

        AddWaits(lines, report, room);
        return lines.ToImmutable();
    }

    private static string Summary(DeadlockReport report) => report.Count switch
    {
        0 when !report.Notes.IsEmpty => $"[yellow]No deadlock could be read[/] in {Amounts.Count(report.Entries)} messages.",
        0 => $"[green]No deadlock[/] in {Amounts.Count(report.Entries)} messages.",
        1 => $"[bold]1 deadlock[/] in {Amounts.Count(report.Entries)} messages.",
        _ => $"[bold]{Amounts.Count(report.Count)} deadlocks[/] of {report.Groups.Length} {(report.Groups.Length == 1 ? "kind" : "kinds")} "
            + $"in {Amounts.Count(report.Entries)} messages.",
    };

    private static void AddGroup(ImmutableArray<string>.Builder lines, DeadlockReport report, DeadlockGroup group, int width)
    {
        var last = group.Deadlocks[^1];
        var times = group.Deadlocks.Length == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{group.Deadlocks.Length} times");
        var when = last.Entry.Time is { } time ? $"{(group.Deadlocks.Length == 1 ? "" : "last ")}{time}" : string.Create(CultureInfo.InvariantCulture, $"line {last.Entry.Line}");
        lines.Add($"[red]●[/] [bold]{Markup.Escape(group.Explanation.Name)}[/]  [yellow]{times}[/], [dim]{Markup.Escape(when)}"
            + $"{(last.Entry.Database is { } database ? $", database {Shown.Line(database)}" : "")}[/]");
        AddRing(lines, report.Ring(last), width);
        AddSentence(lines, "why", group.Explanation.Why, "default", width);
        if (!last.Place.Frames.IsEmpty)
        {
            AddSentence(lines, "in", $"{string.Join(", called by ", last.Place.Frames)}"
                + (last.Place.Statement is { } inner ? $", at: {inner}" : ""), "default", width);
        }

        AddSentence(lines, "do", group.Explanation.Change, "green", width);
        AddSentence(lines, "", "Until then, run the whole transaction again on SQLSTATE 40P01.", "dim", width);
    }

    private static void AddRing(ImmutableArray<string>.Builder lines, ImmutableArray<RingLine> ring, int width)
    {
        for (var i = 0; i < ring.Length; i++)
        {
            var line = ring[i];
            var pid = line.Pid.ToString(CultureInfo.InvariantCulture);
            var end = line.IsVictim ? "  [red]ended by the server[/]" : "";
            var room = width - 4 - pid.Length - (line.IsVictim ? 22 : 1);
            var query = line.Query ?? "(the log does not have its statement)";
            lines.Add($"{(i == 0 ? "╭▶" : "├▶")} [bold]{pid}[/] {Markup.Escape(WrappedText.Cut(query, room))}{end}");
            lines.Add($"│     [dim]waits for[/] {Markup.Escape(WrappedText.Cut(line.WaitedFor, width - 40))}[dim], held by {line.HeldBy}[/]");
        }

        lines.Add($"╰─ [dim]and so round to {ring[0].Pid}[/]");
    }

    private static void AddSentence(ImmutableArray<string>.Builder lines, string label, string sentence, string style, int width)
    {
        foreach (var (line, part) in WrappedText.Lines(Shown.Bare(sentence, keepLines: false), width - 5).Select((line, part) => (line, part)))
        {
            lines.Add($"{(part == 0 && label.Length > 0 ? $"[bold]{label,-4}[/]" : "    ")} [{style}]{Markup.Escape(line)}[/]");
        }
    }

    private static void AddWaits(ImmutableArray<string>.Builder lines, DeadlockReport report, int width)
    {
        if (report.Waits.IsEmpty)
        {
            return;
        }

        lines.Add("");
        lines.Add("[bold]Waits that were logged[/] [dim](log_lock_waits: those longer than deadlock_timeout)[/]");
        foreach (var wait in report.Waits.Take(MostWaits))
        {
            var rest = wait.Waits == wait.Granted ? "" : string.Create(CultureInfo.InvariantCulture, $", {wait.Waits - wait.Granted} not granted");
            var counts = string.Create(CultureInfo.InvariantCulture,
                $"{wait.Waits,6} {(wait.Waits == 1 ? "wait" : "waits")}{rest}, longest {Amounts.Duration(wait.Longest)}, in all {Amounts.Duration(wait.Total)}");
            lines.Add($"{Markup.Escape(counts)}  {Markup.Escape(WrappedText.Cut(wait.Subject, Math.Max(20, width - counts.Length - 2)))}");
            if (wait.Statement.Length > 0)
            {
                lines.Add($"       [dim]{Markup.Escape(WrappedText.Cut(wait.Statement, width - 7))}[/]");
            }

            lines.AddRange(wait.Holders.Take(MostHolders).Select(holder => $"       [dim]held by[/] {Markup.Escape(WrappedText.Cut(Words(holder, wait), width - 15))}"));
            if (wait.Holders.Length > MostHolders)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"       [dim]and by {wait.Holders.Length - MostHolders} more[/]"));
            }
        }
    }

    private static string Words(LoggedHolder holder, LockWaitSummary wait) => string.Create(CultureInfo.InvariantCulture,
        $"{(holder.Pid == 0 ? "a prepared transaction" : holder.Pid.ToString(CultureInfo.InvariantCulture))}{(holder.Name is { } name ? $" ({name})" : "")}{(wait.Waits > 1 ? $" in {holder.Waits} of {wait.Waits}" : "")}{(holder.Statement is { } statement ? $", last seen with: {statement}" : "")}");
}
