using System.Text.RegularExpressions;

namespace Lockkeeper.Locks.Graph;

/// <summary>A statement without its values, by which two runs of one piece of code are known as the same.</summary>
public static partial class QueryShape
{
    /// <summary>The text on one line, with <c>?</c> in the place of each literal and with lists of them made short.</summary>
    /// <param name="query">The statement; null and empty have the empty shape.</param>
    public static string Of(string? query)
    {
        var bare = CommentRegex().Replace(query ?? "", " ");
        var valueless = LiteralRegex().Replace(bare, "?");
        return BlankRegex().Replace(ListRegex().Replace(valueless, "?"), " ").Trim().TrimEnd(';');
    }

    /// <summary>The first word, in capitals: what kind of statement it is. Empty where there is none.</summary>
    /// <param name="query">The statement.</param>
    public static string Verb(string? query) =>
        VerbRegex().Match(CommentRegex().Replace(query ?? "", " ")) is { Success: true } word ? word.Groups[1].Value.ToUpperInvariant() : "";

    [GeneratedRegex(@"/\*.*?\*/|--[^\n]*", RegexOptions.Singleline)]
    private static partial Regex CommentRegex();

    // A string, E'' with its backslashes, a dollar-quoted text, a parameter, or a number that is no part of a name.
    [GeneratedRegex(@"[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\$(?<tag>\w*)\$.*?\$\k<tag>\$|\$\d+|(?<![\w""])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b", RegexOptions.Singleline)]
    private static partial Regex LiteralRegex();

    [GeneratedRegex(@"\?(?:\s*,\s*\?)+")]
    private static partial Regex ListRegex();

    [GeneratedRegex(@"\s+")]
    private static partial Regex BlankRegex();

    [GeneratedRegex(@"^[\s(]*([A-Za-z]+)")]
    private static partial Regex VerbRegex();
}
