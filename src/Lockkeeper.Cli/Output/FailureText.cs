using System.Globalization;
using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Output;

/// <summary>A failure as a person reads it: the reason first, then what is true now, then what to do.</summary>
internal static class FailureText
{
    // A terminal shows this many without scrolling.
    private const int MostPlaces = 20;

    public static void Write(Screen screen, Failure failure, bool verbose)
    {
        if (failure.Places.IsEmpty)
        {
            screen.Line($"[red]error {failure.Code}:[/] {Shown.Block(failure.Problem.Trim())}");
        }

        foreach (var place in failure.Places.Take(MostPlaces))
        {
            WritePlace(screen, place);
        }

        if (failure.Places.Length > MostPlaces)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"... and {failure.Places.Length - MostPlaces} more."));
        }

        WriteLine(screen, "now", failure.IsTrue);
        WriteLine(screen, " do", failure.WhatToDo);
        if (verbose && failure.Trace is { } trace)
        {
            screen.Line($"[dim]{Shown.Block(trace)}[/]");
        }
    }

    private static void WritePlace(Screen screen, FormatProblem place)
    {
        // Position first, as compilers have it: editors and terminals make a link of it.
        // Where no line is meant, the sentence names the file itself.
        var position = place.Position.Line == 0 && Names(place.Message, place.Position.File)
            ? ""
            : $"[bold]{Shown.Line(place.Position.ToString())}:[/] ";
        screen.Line($"{position}[red]error {place.Code}:[/] "
            + $"{Shown.Block(place.Message)} {Shown.Line(place.Remedy)}");
        if (SourceExcerpt.Of(place.Position) is { } excerpt)
        {
            var number = place.Position.Line.ToString(CultureInfo.InvariantCulture);
            var margin = new string(' ', number.Length);
            screen.Line($"[dim]  {number} |[/] {Shown.Line(excerpt.Text)}");
            screen.Line($"[dim]  {margin} |[/] {new string(' ', excerpt.Offset)}[red]^[/]");
        }
    }

    // A short name may be a part of any word.
    private static bool Names(string message, string file)
    {
        var at = message.IndexOf(file, StringComparison.Ordinal);
        return at >= 0 && !IsInWord(message, at - 1) && !IsInWord(message, at + file.Length);
    }

    private static bool IsInWord(string text, int at) => at >= 0 && at < text.Length && char.IsLetterOrDigit(text[at]);

    private static void WriteLine(Screen screen, string label, string? text)
    {
        if (text is { Length: > 0 })
        {
            screen.Line($"  [bold]{label}:[/] {Shown.Line(text)}");
        }
    }
}
