using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Cli.Output.Locks;
using Lockkeeper.Locks.Tracing;
using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;
using Spectre.Console;

namespace Lockkeeper.Cli.Output.Tracing;

/// <summary>A trace as lines of markup.</summary>
internal static class TraceText
{
    private const int WidestPiped = 200;

    public static ImmutableArray<string> Lines(LockTrace trace, int width)
    {
        var room = Math.Min(width, WidestPiped);
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var traced in trace.Statements)
        {
            var line = traced.Statement.Line.ToString(CultureInfo.InvariantCulture);
            lines.Add($"[bold]{line,4}[/]  {Markup.Escape(WrappedText.Cut(traced.Statement.Sql, room - 6))}");
            foreach (var detail in Details(traced))
            {
                lines.AddRange(WrappedText.Lines(detail.Text, room - 8).Select(part => $"        [{detail.Style}]{Markup.Escape(part)}[/]"));
            }
        }

        lines.Add("");
        lines.Add(trace.Findings.Length switch
        {
            0 => "[green]Nothing in it would hurt on a live server.[/]",
            1 => "[yellow]1 finding[/]",
            var count => string.Create(CultureInfo.InvariantCulture, $"[yellow]{count} findings[/]"),
        });
        foreach (var finding in trace.Findings)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"[yellow]{finding.Rule}[/], line {finding.Line}"));
            lines.AddRange(WrappedText.Lines(finding.Words, room - 4).Select(part => $"    {Markup.Escape(part)}"));
        }

        return lines.ToImmutable();
    }

    /// <summary>The same for a pull request.</summary>
    public static string Markdown(LockTrace trace)
    {
        var lines = new List<string> { "| line | statement | locks | besides |", "|---:|---|---|---|" };
        lines.AddRange(trace.Statements.Select(traced => string.Create(CultureInfo.InvariantCulture,
            $"| {traced.Statement.Line} | `{Cell(WrappedText.Cut(traced.Statement.Sql, 100))}` | {Cell(string.Join("<br>", traced.Locks.Select(Words)))} | {Cell(string.Join("<br>", Details(traced).Skip(traced.Locks.Length).Select(d => d.Text)))} |")));
        lines.Add("");
        lines.AddRange(trace.Findings.Select(finding => string.Create(
            CultureInfo.InvariantCulture, $"- **{finding.Rule}**, line {finding.Line}: {finding.Words}")));
        return string.Join('\n', lines);
    }

    private static IEnumerable<(string Text, string Style)> Details(TracedStatement traced)
    {
        foreach (var taken in traced.Locks)
        {
            yield return (Words(taken), taken.Mode >= LockMode.Share ? "yellow" : "dim");
        }

        foreach (var rows in traced.Rows)
        {
            yield return (string.Create(
                CultureInfo.InvariantCulture,
                $"{rows.Rows} {(rows.Rows == 1 ? "row" : "rows")} of {Name(rows.Table)} {(rows.Changed ? "changed, locked" : "locked")} {rows.Strength.InWords()}"), "dim");
        }

        foreach (var table in traced.Rewritten)
        {
            yield return ($"{Name(table)} got a new file", "yellow");
        }

        foreach (var table in traced.Scanned)
        {
            yield return ($"{Name(table)} was read from beginning to end", "dim");
        }

        if (traced.Error is { } error)
        {
            yield return traced.NeedsNoTransaction ? ($"left out: {error}", "dim") : ($"failed: {error}", "red");
        }

        if (traced is { NeedsNoTransaction: true, Command: { NeedsNoTransaction: true, OnTable: { } mode } })
        {
            yield return ($"by itself it takes {mode.InWords()} on its table, which blocks {mode.Describe()}, and may have to wait for other transactions", mode >= LockMode.Share ? "yellow" : "dim");
        }
    }

    private static string Words(TracedLock taken) => $"{taken.Mode.InWords()} on {Name(taken.Table)}, blocks {taken.Mode.Describe()}";

    private static string Name(TableName table) => table.Schema.Value == "public" ? table.Name.Value : $"{table.Schema.Value}.{table.Name.Value}";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("`", "'", StringComparison.Ordinal);
}
