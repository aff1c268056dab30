using System.Text;
using Spectre.Console;

namespace Lockkeeper.Cli.Output;

/// <summary>Text that is not ours, made fit to be shown: a terminal must not obey what a name or a query holds.</summary>
internal static class Shown
{
    private const int LongestQuery = 60;
    private const string Tab = "    ";

    /// <summary>One line of markup that shows the text as it is.</summary>
    public static string Line(string? text) => Markup.Escape(Bare(text, keepLines: false));

    /// <summary>The same with line breaks kept.</summary>
    public static string Block(string? text) => Markup.Escape(Bare(text, keepLines: true));

    /// <summary>The beginning of a text on one line, for what may be very long.</summary>
    public static string Short(string? text)
    {
        var line = string.Join(' ', Bare(text, keepLines: false).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return Markup.Escape(line.Length <= LongestQuery ? line : line[..LongestQuery].TrimEnd() + "...");
    }

    /// <summary>The text without anything that a terminal obeys, not escaped for markup.</summary>
    public static string Bare(string? text, bool keepLines)
    {
        var shown = new StringBuilder();
        foreach (var rune in (text ?? "").ReplaceLineEndings("\n").EnumerateRunes())
        {
            shown.Append(rune.Value switch
            {
                '\n' => keepLines ? "\n" : " ",
                '\t' => Tab,

                // U+202A to U+202E and U+2066 to U+2069 turn the order of what follows round.
                >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 => "\uFFFD",
                _ => Rune.IsControl(rune) ? "\uFFFD" : rune.ToString(),
            });
        }

        return shown.ToString();
    }
}
