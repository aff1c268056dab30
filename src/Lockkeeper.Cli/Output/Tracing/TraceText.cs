using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Cli.Output.Locks;
using Lockkeeper.Locks.Tracing;
using Spectre.Console;

namespace Lockkeeper.Cli.Output.Tracing;

/// <summary>A trace as lines of markup: how it went, what each statement did, and what would hurt.</summary>
internal static class TraceText
{
    private const int WidestPiped = 200;

    public static ImmutableArray<string> Lines(LockTrace trace, int width)
    {
        var room = Math.Min(width, WidestPiped);
        var lines = ImmutableArray.CreateBuilder<string>();
        var transaction = 0;
        foreach (var traced in trace.Statements)
        {
            if (traced.Transaction != transaction && trace.Statements[^1].Transaction > 1)
            {
                transaction = traced.Transaction;
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"[dim]──── transaction {transaction}[/]"));
            }

            var line = traced.Statement.Line.ToString(CultureInfo.InvariantCulture);
            lines.Add($"[bold]{line,4}[/]  {Markup.Escape(WrappedText.Cut(traced.Statement.Sql, room - 6))}");
            foreach (var detail in TraceDetails.LocksOf(traced).Concat(TraceDetails.RestOf(traced)))
            {
                lines.AddRange(WrappedText.Lines(detail.Text, room - 8).Select(part => $"        [{detail.Style}]{Markup.Escape(part)}[/]"));
            }
        }

        lines.Add("");
        var colour = trace switch { { Succeeded: false } => "red", { Findings.IsEmpty: true } => "green", _ => "yellow" };
        lines.AddRange(WrappedText.Lines(TraceDetails.Summary(trace), room).Select(part => $"[{colour}]{Markup.Escape(part)}[/]"));
        foreach (var finding in trace.Findings)
        {
            lines.AddRange(WrappedText.Lines($"{finding.Rule}, {TraceDetails.Lines(finding)}", room).Select(part => $"[yellow]{Markup.Escape(part)}[/]"));
            lines.AddRange(WrappedText.Lines(finding.Words, room - 4).Select(part => $"    {Markup.Escape(part)}"));
        }

        return lines.ToImmutable();
    }
}
