using System.Globalization;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Server.Sessions;

/// <summary>Reads <c>postgres://user:password@host:port/database?parameter=value</c>, as section 34.1.1.2 of the manual describes it.</summary>
internal static class ConnectionUrl
{
    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    // A message cannot show the place, because what stands there may be half a password.
    private const string EncodeHint = "If the password holds one of / ? # @ : or %, write it percent-encoded, such as %2F for /.";

    public static bool IsUrl(string text) => SchemeOf(text) is not null;

    /// <summary>The parameters by libpq's names.</summary>
    public static Dictionary<string, string> Read(string text)
    {
        var rest = text.Trim()[SchemeOf(text)!.Length..];
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0)
        {
            ReadParameters(rest[(query + 1)..], found);
            rest = rest[..query];
        }

        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            SetUnlessEmpty(found, "dbname", Decode(rest[(slash + 1)..]));
            rest = rest[..slash];
        }

        // A host holds no @, so a password that was not encoded is still read as meant.
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            ReadUser(rest[..at], found);
        }

        ReadHosts(rest[(at + 1)..], found);
        return found;
    }

    /// <summary>The URL with a search path among its options; every other part stays letter by letter.</summary>
    public static string WithOption(string text, Identifier schema)
    {
        var url = text.Trim();
        var query = url.IndexOf('?', StringComparison.Ordinal);
        var parts = query < 0 ? [] : url[(query + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries);
        var given = parts.LastOrDefault(IsOptions);
        var options = SessionOption.Added(given is null ? null : Decode(given[(given.IndexOf('=', StringComparison.Ordinal) + 1)..]), schema);
        return (query < 0 ? url : url[..query]) + "?"
            + string.Join('&', parts.Where(part => !IsOptions(part)).Append($"options={Uri.EscapeDataString(options)}"));
    }

    /// <summary>The URL with parameters that it does not have, which libpq takes behind the question mark as well as before it.</summary>
    public static string With(string text, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var url = text.Trim();
        var more = string.Join('&', parameters.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));
        return url + (url.Contains('?', StringComparison.Ordinal) ? url.EndsWith('?') ? "" : "&" : "?") + more;
    }

    private static bool IsOptions(string part) => part.StartsWith("options=", StringComparison.Ordinal);

    private static string? SchemeOf(string text) =>
        Schemes.FirstOrDefault(scheme => text.TrimStart().StartsWith(scheme, StringComparison.OrdinalIgnoreCase));

    private static void ReadUser(string text, Dictionary<string, string> found)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        SetUnlessEmpty(found, "user", Decode(colon < 0 ? text : text[..colon]));
        if (colon >= 0)
        {
            SetUnlessEmpty(found, "password", Decode(text[(colon + 1)..]));
        }
    }

    private static void ReadHosts(string text, Dictionary<string, string> found)
    {
        if (text.Length == 0)
        {
            return;
        }

        var parts = text.Split(',').Select(SplitPort).ToArray();
        SetUnlessEmpty(found, "host", string.Join(',', parts.Select(part => part.Host)).Trim(','));
        if (parts.Any(part => part.Port.Length > 0))
        {
            found["port"] = string.Join(',', parts.Select(part => part.Port));
        }
    }

    private static (string Host, string Port) SplitPort(string text)
    {
        // An IPv6 address stands in brackets, because it holds colons of its own.
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (end == 0 && text.StartsWith('['))
        {
            throw new FormatException("The URL's IPv6 address has no closing bracket.");
        }

        var host = end < 0 ? text : text[..end];
        var rest = end < 0 ? "" : text[end..];
        if (rest.Length == 0)
        {
            return (Decode(host), "");
        }

        if (rest[0] != ':' || (rest.Length > 1 && !int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            throw new FormatException($"The URL's port is not a number. {EncodeHint}");
        }

        return (Decode(host), rest[1..]);
    }

    private static void ReadParameters(string text, Dictionary<string, string> found)
    {
        foreach (var part in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new FormatException($"A parameter of the URL has no \"=\" and value. {EncodeHint}");
            }

            var (name, value) = (Decode(part[..equals]), Decode(part[(equals + 1)..]));

            // JDBC's spelling, which libpq takes as well.
            (name, value) = name == "ssl" && value == "true" ? ("sslmode", "require") : (name, value);
            found[name] = value;
        }
    }

    private static void SetUnlessEmpty(Dictionary<string, string> found, string name, string value)
    {
        if (value.Length > 0)
        {
            found[name] = value;
        }
    }

    private static string Decode(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                throw new FormatException("A % in the URL is not followed by two hexadecimal digits. Write a % itself as %25.");
            }
        }

        var decoded = Uri.UnescapeDataString(text);
        return decoded.Contains('\0', StringComparison.Ordinal)
            ? throw new FormatException("The URL holds %00, which no value can hold.")
            : decoded;
    }
}
