using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Locks.Diagnosing;
using Spectre.Console;

namespace Lockkeeper.Cli.Output.Locks;

/// <summary>A diagnosis as lines of markup: the worst first, what is green on one line each.</summary>
internal static class DiagnosisText
{
    private const int WidestPiped = 200;
    private const int MostEvidence = 5;

    // As wide as the longest name of a check.
    private const int NameWidth = 23;

    public static ImmutableArray<string> Lines(Diagnosis diagnosis, int width)
    {
        var room = Math.Min(width, WidestPiped);
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var check in diagnosis.Checks)
        {
            var right = check.WhySkipped ?? check.Title;
            lines.Add($"{Label(check.Level)} [bold]{check.Name,-NameWidth}[/] {Markup.Escape(WrappedText.Cut(right, room - NameWidth - 9))}");
            foreach (var found in check.Evidence.Take(MostEvidence))
            {
                var colour = found.Level == CheckLevel.Red ? "red" : "yellow";
                var subject = WrappedText.Cut(found.Subject, 40);
                lines.Add($"        [{colour}]{Markup.Escape(subject)}[/]  {Markup.Escape(WrappedText.Cut(found.Words, room - subject.Length - 10))}");
            }

            if (check.Evidence.Length > MostEvidence)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"        [dim]{check.Evidence.Length - MostEvidence} more[/]"));
            }

            if (!check.Evidence.IsEmpty)
            {
                lines.AddRange(WrappedText.Lines(check.Remedy, room - 8).Select((line, i) => $"     {(i == 0 ? "[bold]do[/]" : "  ")} {Markup.Escape(line)}"));
                lines.Add($"        [dim]{Markup.Escape(check.Page)}[/]");
            }
        }

        return lines.ToImmutable();
    }

    private static string Label(CheckLevel level) => level switch
    {
        CheckLevel.Red => "[red]red    [/]",
        CheckLevel.Yellow => "[yellow]yellow [/]",
        CheckLevel.Skipped => "[dim]skipped[/]",
        _ => "[green]green  [/]",
    };
}
