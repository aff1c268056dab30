using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Lockkeeper.BulkWrite.Rendering;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Recording;

/// <summary>
/// What rows a command locks, as far as its text shows: the tables that it inserts into, updates, deletes from, or selects from with FOR UPDATE and
/// its kin. Functions, triggers, foreign keys and views are not seen.
/// </summary>
internal static partial class CommandLocks
{
    public static ImmutableArray<(TableName Table, RowLock Mode)> Of(string sql, Identifier defaultSchema)
    {
        // Units tell the recorder themselves, and know better.
        if (sql.Contains(Statement.Row, StringComparison.Ordinal))
        {
            return [];
        }

        var text = NoiseRegex().Replace(sql, " ");
        var upserts = text.Contains("DO UPDATE", StringComparison.OrdinalIgnoreCase);
        return [.. LockRegex().Matches(text).OrderBy(match => match.Index).Select(match => Locked(match, upserts, defaultSchema))];
    }

    private static (TableName Table, RowLock Mode) Locked(Match match, bool upserts, Identifier defaultSchema)
    {
        var schema = match.Groups["schema"].Success ? Name(match.Groups["schema"].Value) : defaultSchema;
        var mode = match.Groups["verb"].Value.Split(' ', '\n', '\t')[0].ToUpperInvariant() switch
        {
            "DELETE" => RowLock.Update,
            "INSERT" when !upserts => RowLock.Update,
            "FROM" => Mode(match.Groups["mode"].Value),
            _ => RowLock.NoKeyUpdate,
        };
        return (new TableName(schema, Name(match.Groups["table"].Value)), mode);
    }

    private static RowLock Mode(string clause) => SpaceRegex().Replace(clause.ToUpperInvariant(), " ") switch
    {
        "KEY SHARE" => RowLock.KeyShare,
        "SHARE" => RowLock.Share,
        "NO KEY UPDATE" => RowLock.NoKeyUpdate,
        _ => RowLock.Update,
    };

    // The server folds what is not quoted.
    private static Identifier Name(string written) => new(written.StartsWith('"')
        ? written[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal)
        : written.ToLowerInvariant());

    // Strings and comments; a name in them is none.
    [GeneratedRegex("""'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/""", RegexOptions.Singleline)]
    private static partial Regex NoiseRegex();

    [GeneratedRegex("""\s+""")]
    private static partial Regex SpaceRegex();

    [GeneratedRegex(
        """
        (?<![\w"])(?:(?<verb>INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|(?<!DO\s)(?<!FOR\s)(?<!KEY\s)UPDATE(?=\s+(?!SET\b|OF\b|SKIP\b|NOWAIT\b)))\s+(?:ONLY\s+)?
        (?:(?<schema>"(?:[^"]|"")+"|\w+)\s*\.\s*)?(?<table>"(?:[^"]|"")+"|\w+)
        |(?<verb>FROM)\s+(?:ONLY\s+)?(?:(?<schema>"(?:[^"]|"")+"|\w+)\s*\.\s*)?(?<table>"(?:[^"]|"")+"|\w+)(?=(?:[^;()]|\([^()]*\))*?\bFOR\s+(?<mode>(?:NO\s+KEY\s+)?UPDATE|(?:KEY\s+)?SHARE)\b))
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex LockRegex();
}
