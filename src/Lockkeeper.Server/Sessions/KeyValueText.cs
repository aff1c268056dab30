using System.Globalization;
using System.Text;

namespace Lockkeeper.Server.Sessions;

/// <summary>Reads <c>host=x port=5432 password='it''s'</c>, as section 34.1.1.1 of the manual describes it.</summary>
internal static class KeyValueText
{
    /// <summary>The parameters by libpq's names.</summary>
    public static Dictionary<string, string> Read(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = SkipBlanks(text, 0);
        while (at < text.Length)
        {
            var name = ReadName(text, ref at);
            found[name] = ReadValue(text, ref at);
            at = SkipBlanks(text, at);
        }

        return found;
    }

    /// <summary>One parameter, quoted.</summary>
    public static string Of(string name, string value) =>
        $"{name}='{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static string ReadName(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] != '=' && !char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        var name = text[start..at];
        at = SkipBlanks(text, at);
        if (at == text.Length || text[at] != '=' || name.Length == 0)
        {
            // What stands here may be the rest of a password with a blank in it, so only its place is told.
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"The connection string has no name and \"=\" at character {start + 1}. A value with a blank needs single quotes."));
        }

        at = SkipBlanks(text, at + 1);
        return name;
    }

    private static string ReadValue(string text, ref int at)
    {
        var value = new StringBuilder();
        var quoted = at < text.Length && text[at] == '\'';
        var start = at;
        if (quoted)
        {
            at++;
        }

        while (at < text.Length && (quoted ? text[at] != '\'' : !char.IsWhiteSpace(text[at])))
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            value.Append(text[at]);
            at++;
        }

        if (quoted && at++ == text.Length)
        {
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture, $"The single quote at character {start + 1} of the connection string is never closed."));
        }

        return value.ToString();
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
