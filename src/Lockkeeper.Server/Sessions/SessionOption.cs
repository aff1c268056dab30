using System.Text.RegularExpressions;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Server.Sessions;

/// <summary>The parameter <c>options</c> of a connection, as section 34.1.2 of the manual describes it: switches, blanks behind backslashes.</summary>
internal static partial class SessionOption
{
    /// <summary>The options with a search path in the place of the one that they had.</summary>
    public static string Added(string? options, Identifier schema)
    {
        var rest = SearchPath().Replace(options ?? "", "").Trim();
        var value = Quoted(schema).Replace("\\", "\\\\", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal);
        return $"{rest} -c search_path={value}".TrimStart();
    }

    /// <summary>The name as an element of a search path: quoted only where it must be, because people read it.</summary>
    public static string Quoted(Identifier schema) => Plain().IsMatch(schema.Value) ? schema.Value : schema.ToString();

    [GeneratedRegex(@"(?:-c\s*|--)search[_-]path=(?:\\.|[^\\\s])*\s*")]
    private static partial Regex SearchPath();

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex Plain();
}
