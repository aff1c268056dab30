using System.Text;

namespace Lockkeeper.Migrations.Format;

/// <summary>Says what is wrong where the JSON reader stopped, from the text alone: a reader's words change.</summary>
internal static class JsonSyntaxError
{
    public static (string Message, string Remedy) Describe(ReadOnlySpan<byte> json, int index)
    {
        if (index >= json.Length)
        {
            return ("The file ends in the middle of a value.", "Close every quote, bracket and brace.");
        }

        var before = json[..index].TrimEnd(" \t\r\n"u8);
        return json[index] switch
        {
            (byte)'/' or (byte)'#' => ("JSON has no comments.", "Remove the comment, or write the migration as YAML."),
            (byte)'}' or (byte)']' when before.EndsWith(","u8) =>
                ("A comma stands before a closing bracket.", "Remove the comma."),
            (byte)'\'' => ("JSON text is not written in single quotes.", "Use double quotes."),
            (byte)'\n' or (byte)'\r' or (byte)'\t' =>
                ("JSON text cannot hold a line break or a tab.", "Write \\n or \\t, or use YAML for long SQL."),
            _ => ($"{Character(json[index..])} cannot stand here in JSON.",
                "Look for a missing comma, quote or bracket just before it."),
        };
    }

    private static string Character(ReadOnlySpan<byte> from) =>
        Rune.DecodeFromUtf8(from, out var rune, out _) == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune)
            ? $"\"{rune}\""
            : "This";
}
