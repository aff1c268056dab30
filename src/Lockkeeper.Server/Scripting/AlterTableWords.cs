using System.Collections.Immutable;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Server.Scripting;

/// <summary>Tells what an ALTER TABLE does by its words.</summary>
internal static class AlterTableWords
{
    /// <summary>The name of that action which takes the strongest lock on the table; null where one is not known.</summary>
    /// <param name="words">What stands behind ALTER TABLE.</param>
    public static string? Strongest(ImmutableArray<string> words)
    {
        var names = Actions(BehindName(words)).Select(action => NameOf(action.AsSpan())).ToArray();
        return names.Length == 0 || names.Contains(null) ? null : names.MaxBy(name => Weight(CommandLocks.Of(name!)));
    }

    // Of several that lock as strongly, that for which there is another way says most.
    private static (LockMode? Mode, bool HasOther) Weight(CommandLock command) => (command.OnTable, command.Instead is not null);

    private static ImmutableArray<string> BehindName(ImmutableArray<string> words) => words switch
    {
        ["IF", "EXISTS", .. var rest] => BehindName([.. rest]),
        ["ONLY", .. var rest] => BehindName([.. rest]),
        [_, "*", .. var rest] => [.. rest],
        [_, .. var rest] => [.. rest],
        [] => [],
    };

    // At the commas that are in no parentheses.
    private static IEnumerable<ImmutableArray<string>> Actions(ImmutableArray<string> words)
    {
        var (depth, from) = (0, 0);
        for (var i = 0; i <= words.Length; i++)
        {
            depth += i == words.Length ? 0 : words[i] is "(" ? 1 : words[i] is ")" ? -1 : 0;
            if (i > from && (i == words.Length || (depth == 0 && words[i] == ",")))
            {
                yield return words[from..i];
                from = i + 1;
            }
        }
    }

    private static string? NameOf(ReadOnlySpan<string> action) => action switch
    {
        ["ADD", "COLUMN", ..] => "ALTER TABLE ... ADD COLUMN",
        ["ADD", "CONSTRAINT", _, .. var constraint] => Added(constraint),
        ["ADD", "NOT", ..] => null,
        ["ADD", .. var rest] => Added(rest) ?? "ALTER TABLE ... ADD COLUMN",
        ["DROP", "CONSTRAINT", ..] => "ALTER TABLE ... DROP CONSTRAINT",
        ["DROP", ..] => "ALTER TABLE ... DROP COLUMN",
        ["ALTER", "CONSTRAINT", ..] => null,
        ["ALTER", "COLUMN", _, .. var change] => Changed(change),
        ["ALTER", _, .. var change] => Changed(change),
        ["VALIDATE", ..] => "ALTER TABLE ... VALIDATE CONSTRAINT (check)",
        ["RENAME", ..] => "ALTER TABLE ... RENAME",
        ["SET", "SCHEMA", ..] => "ALTER TABLE ... SET SCHEMA",
        ["SET" or "RESET", "(", ..] => "ALTER TABLE ... SET (storage parameter)",
        ["ENABLE" or "DISABLE", "ROW", ..] => "ALTER TABLE ... ENABLE ROW LEVEL SECURITY",
        ["ENABLE", "REPLICA" or "ALWAYS", "TRIGGER", ..] or ["ENABLE" or "DISABLE", "TRIGGER", ..] => "ALTER TABLE ... ENABLE TRIGGER",
        ["ENABLE", "REPLICA" or "ALWAYS", "RULE", ..] or ["ENABLE" or "DISABLE", "RULE", ..] => "ALTER TABLE ... ENABLE RULE",
        ["REPLICA", "IDENTITY", ..] => "ALTER TABLE ... REPLICA IDENTITY",
        ["ATTACH", ..] => "ALTER TABLE ... ATTACH PARTITION",
        ["DETACH", .., "CONCURRENTLY"] => "ALTER TABLE ... DETACH PARTITION CONCURRENTLY",
        ["DETACH", "PARTITION", _] => "ALTER TABLE ... DETACH PARTITION",
        _ => null,
    };

    private static string? Added(ReadOnlySpan<string> constraint) => constraint switch
    {
        ["CHECK", .., "NOT", "VALID"] => "ALTER TABLE ... ADD CHECK NOT VALID",
        ["CHECK", ..] => "ALTER TABLE ... ADD CHECK",
        ["FOREIGN", "KEY", .., "NOT", "VALID"] => "ALTER TABLE ... ADD FOREIGN KEY NOT VALID",
        ["FOREIGN", "KEY", ..] => "ALTER TABLE ... ADD FOREIGN KEY",
        ["UNIQUE", "USING", "INDEX", ..] or ["PRIMARY", "KEY", "USING", "INDEX", ..] => "ALTER TABLE ... ADD UNIQUE USING INDEX",
        ["UNIQUE", ..] or ["PRIMARY", "KEY", ..] => "ALTER TABLE ... ADD UNIQUE",
        ["EXCLUDE", ..] => "ALTER TABLE ... ADD EXCLUDE",
        _ => null,
    };

    private static string? Changed(ReadOnlySpan<string> column) => column switch
    {
        ["TYPE", ..] or ["SET", "DATA", "TYPE", ..] => "ALTER TABLE ... ALTER COLUMN TYPE",
        ["SET" or "DROP", "DEFAULT", ..] => "ALTER TABLE ... SET DEFAULT",
        ["SET", "NOT", "NULL"] => "ALTER TABLE ... SET NOT NULL",
        ["DROP", "NOT", "NULL"] => "ALTER TABLE ... DROP NOT NULL",
        ["ADD", "GENERATED", ..] => "ALTER TABLE ... ADD GENERATED AS IDENTITY",
        ["SET", "STATISTICS", ..] => "ALTER TABLE ... SET STATISTICS",
        ["SET", "STORAGE", ..] => "ALTER TABLE ... SET STORAGE",
        ["SET", "COMPRESSION", ..] => "ALTER TABLE ... SET COMPRESSION",
        _ => null,
    };
}
