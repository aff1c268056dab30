using System.Globalization;
using Lockkeeper.Cli.Output.Locks;
using Lockkeeper.Locks.Tracing;

namespace Lockkeeper.Cli.Output.Tracing;

/// <summary>A trace for a pull request: what would hurt first, and what each statement did below.</summary>
internal static class TraceMarkdown
{
    public static string Of(LockTrace trace)
    {
        var lines = new List<string> { $"**{TraceDetails.Summary(trace)}**", "" };
        if (!trace.Findings.IsEmpty)
        {
            lines.AddRange(trace.Findings.Select(finding => $"- **{finding.Rule}**, {TraceDetails.Lines(finding)}: {finding.Words}"));
            lines.Add("");
        }

        lines.Add("| line | statement | locks | besides |");
        lines.Add("|---:|---|---|---|");
        lines.AddRange(trace.Statements.Select(traced => string.Create(
            CultureInfo.InvariantCulture,
            $"| {traced.Statement.Line} | `{Cell(WrappedText.Cut(traced.Statement.Sql, 100))}` | {Cells(TraceDetails.LocksOf(traced))} | {Cells(TraceDetails.RestOf(traced))} |")));
        if (!trace.Notes.IsEmpty)
        {
            lines.Add("");
            lines.AddRange(trace.Notes);
        }

        return string.Join('\n', lines);
    }

    private static string Cells(IEnumerable<(string Text, string Style)> details) => string.Join("<br>", details.Select(detail => Cell(detail.Text)));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("`", "'", StringComparison.Ordinal);
}
