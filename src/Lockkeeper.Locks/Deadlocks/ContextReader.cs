using System.Text.RegularExpressions;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>Reads the CONTEXT of a message.</summary>
internal static partial class ContextReader
{
    public static VictimPlace Read(string? context)
    {
        if (context is null)
        {
            return VictimPlace.Unknown;
        }

        var row = RowRegex().Match(context);
        var statement = StatementRegex().Match(context);
        return new VictimPlace(
            row.Success ? row.Groups["action"].Value : null,
            row.Success ? row.Groups["ctid"].Value : null,
            row.Success ? row.Groups["relation"].Value : null,
            statement.Success ? statement.Groups[1].Value : null,
            [.. FrameRegex().Matches(context).Select(frame => $"{frame.Groups["name"].Value} line {frame.Groups["line"].Value}")]);
    }

    [GeneratedRegex("""while (?<action>updating|deleting|locking|rechecking updated|locking updated version|inserting index|checking uniqueness of|checking exclusion constraint on)(?: of)?(?: tuple)? (?<ctid>\(\d+,\d+\))(?: of tuple)?(?: in relation "(?<relation>[^"]*)")?""")]
    private static partial Regex RowRegex();

    [GeneratedRegex("SQL statement \"(.*?)\"(?=\n|$)", RegexOptions.Singleline)]
    private static partial Regex StatementRegex();

    [GeneratedRegex(@"PL/\w+ function (?<name>.+?) line (?<line>\d+) at ")]
    private static partial Regex FrameRegex();
}
