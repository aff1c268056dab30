using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Lockkeeper.Cli.Output.Locks;

/// <summary>Sentences cut to lines between words, each line as wide as there is room.</summary>
internal static partial class WrappedText
{
    // Stands for a blank at which no line may end: a command is copied whole.
    private const char Glue = '\u0001';

    public static ImmutableArray<string> Lines(string text, int width)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        var line = "";
        var glued = CommandRegex().Replace(text, command => command.Value.Replace(' ', Glue));
        foreach (var word in glued.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line);
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        lines.Add(line);
        return [.. lines.Select(whole => whole.Replace(Glue, ' '))];
    }

    /// <summary>The beginning of a text on one line, in no more than the room there is.</summary>
    public static string Cut(string? text, int width)
    {
        var line = string.Join(' ', Shown.Bare(text, keepLines: false).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= width ? line : width <= 3 ? "" : string.Concat(line.AsSpan(0, width - 3).TrimEnd(), "...");
    }

    [GeneratedRegex(@"\blockkeeper [a-z-]+ \S+")]
    private static partial Regex CommandRegex();
}
