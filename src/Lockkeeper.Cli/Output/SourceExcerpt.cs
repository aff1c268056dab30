using System.Text;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.Cli.Output;

/// <summary>The line of a file that a message is about, cut to what fits, and where in it the place is.</summary>
/// <param name="Text">The line or a part of it.</param>
/// <param name="Offset">The place, in characters from the beginning of the text.</param>
internal sealed record SourceExcerpt(string Text, int Offset)
{
    private const int Longest = 76;

    /// <summary>Null when the place is a whole file, or the file cannot be read any more.</summary>
    public static SourceExcerpt? Of(SourcePosition position)
    {
        if (position.Line == 0 || LineOf(position) is not { } line)
        {
            return null;
        }

        var runes = line.EnumerateRunes().ToArray();
        var offset = Math.Min(position.Column - 1, runes.Length);
        var start = Math.Max(0, Math.Min(offset - (Longest / 2), runes.Length - Longest));
        var text = string.Concat(runes.Skip(start).Take(Longest).Select(rune => rune.Value == '\t' ? " " : rune.ToString()));
        return new SourceExcerpt(Shown.Bare(text, keepLines: false), offset - start);
    }

    private static string? LineOf(SourcePosition position)
    {
        try
        {
            return File.Exists(position.File)
                ? File.ReadLines(position.File, Encoding.UTF8).ElementAtOrDefault(position.Line - 1)
                : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
