using System.Text.RegularExpressions;

namespace Lockkeeper.Migrations.Format;

/// <summary>What a plain YAML scalar means, by the words of YAML 1.1 that pgroll's reader follows.</summary>
/// <remarks>
/// The single letters y and n stay text: as booleans they would forbid columns of those names, as in coordinates.
/// Base-60 numbers and dates stay text, as in pgroll.
/// </remarks>
internal static partial class YamlScalar
{
    public static ScalarKind KindOf(string plain) => plain switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
        "yes" or "Yes" or "YES" or "no" or "No" or "NO" => ScalarKind.Boolean,
        "on" or "On" or "ON" or "off" or "Off" or "OFF" => ScalarKind.Boolean,
        _ => Number().IsMatch(plain) ? ScalarKind.Number : ScalarKind.Text,
    };

    /// <summary>Whether a number is written as JSON would write it, so that its canonical form is itself.</summary>
    public static bool IsJsonNumber(string number) => JsonNumber().IsMatch(number);

    [GeneratedRegex(
        @"\A(?:[-+]?(?:0x[0-9a-fA-F_]+|0b[01_]+|0o[0-7_]+"
        + @"|(?:\.[0-9][0-9_]*|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9_]+)?)"
        + @"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"\A-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();
}
