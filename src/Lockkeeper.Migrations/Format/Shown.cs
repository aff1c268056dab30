namespace Lockkeeper.Migrations.Format;

/// <summary>Text of a file as a message repeats it.</summary>
internal static class Shown
{
    // Enough to recognise a place by; a whole SQL text would hide the message around it.
    private const int MaxLength = 60;

    public static string Quoted(string text) => $"\"{Short(text)}\"";

    public static string Names(IEnumerable<string> names) => string.Join(", ", names);

    public static string Short(string text)
    {
        // A message is one line, and a terminal must not obey what an escape in a file made.
        var line = string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '\uFFFD' : c));
        if (line.Length <= MaxLength)
        {
            return line;
        }

        var length = char.IsHighSurrogate(line[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return $"{line[..length]}...";
    }
}
