using System.Globalization;
using System.Text;

namespace Lockkeeper.Migrations.Format;

/// <summary>Writes a tree as the one JSON text of its content: keys sorted, no whitespace, fewest escapes.</summary>
/// <remarks>
/// Written here and not by a library, because a checksum kept in a database outlives the escaping rules of a
/// library's version. The form is that of RFC 8785, but for numbers, which stay as the file has them.
/// </remarks>
internal static class CanonicalJson
{
    public static string Of(Node node)
    {
        var json = new StringBuilder();
        Write(node, json);
        return json.ToString();
    }

    private static void Write(Node node, StringBuilder json)
    {
        switch (node)
        {
            case MappingNode mapping:
                WriteAll('{', mapping.Entries.OrderBy(e => e.Key, StringComparer.Ordinal), '}', json, WriteEntry);
                break;
            case SequenceNode sequence:
                WriteAll('[', sequence.Items, ']', json, Write);
                break;
            case ScalarNode { Kind: ScalarKind.Text } text:
                WriteText(text.Text, json);
                break;
            case ScalarNode scalar:
                json.Append(Literal(scalar));
                break;
        }
    }

    private static void WriteEntry(MappingEntry entry, StringBuilder json)
    {
        WriteText(entry.Key, json);
        json.Append(':');
        Write(entry.Value, json);
    }

    private static void WriteAll<T>(
        char open, IEnumerable<T> items, char close, StringBuilder json, Action<T, StringBuilder> write)
    {
        json.Append(open);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                json.Append(',');
            }

            first = false;
            write(item, json);
        }

        json.Append(close);
    }

    private static string Literal(ScalarNode scalar) => scalar.Kind switch
    {
        ScalarKind.Boolean => scalar.IsTrue ? "true" : "false",
        ScalarKind.Number => scalar.Text,
        _ => "null",
    };

    private static void WriteText(string text, StringBuilder json)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }
}
