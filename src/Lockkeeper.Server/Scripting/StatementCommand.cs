using System.Collections.Immutable;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Server.Scripting;

/// <summary>Tells which command of <see cref="CommandLocks"/> a statement is, as far as its text shows: what it names is not looked up.</summary>
public static class StatementCommand
{
    /// <summary>The command; of an ALTER TABLE of several actions that with the strongest lock. Null for what is not in the list.</summary>
    /// <param name="sql">One statement, or a text of which the first one counts.</param>
    public static CommandLock? Of(string? sql) => NameOf(StatementWords.Of(sql ?? "")) is { } name ? CommandLocks.Of(name) : null;

    private static string? NameOf(ImmutableArray<string> words) => words.AsSpan() switch
    {
        ["SELECT", ..] when Has(words, "FOR", "UPDATE") || Has(words, "FOR", "NO") => "SELECT ... FOR UPDATE",
        ["SELECT", ..] when Has(words, "FOR", "KEY") || Has(words, "FOR", "SHARE") => "SELECT ... FOR KEY SHARE",
        ["SELECT", ..] => "SELECT",
        ["INSERT", ..] => "INSERT",
        ["UPDATE", ..] => "UPDATE",
        ["DELETE", ..] => "DELETE",
        ["LOCK", ..] => words is [.., "MODE"] or [.., "NOWAIT"] ? null : "LOCK TABLE",
        ["TRUNCATE", ..] => "TRUNCATE",
        ["ALTER", "TABLE", .. var rest] => AlterTableWords.Strongest([.. rest]),
        ["CREATE", "TABLE" or "UNLOGGED", ..] => Table(words),
        ["CREATE", .. var rest] => Made(rest is ["OR", "REPLACE", .. var replaced] ? replaced : rest),
        ["DROP", "TABLE", ..] => "DROP TABLE",
        ["DROP", "INDEX", "CONCURRENTLY", ..] => "DROP INDEX CONCURRENTLY",
        ["DROP", "INDEX", ..] => "DROP INDEX",
        ["DROP", "TRIGGER", ..] => "DROP TRIGGER",
        ["DROP", "RULE", ..] => "DROP RULE",
        ["DROP", "VIEW", ..] => "DROP VIEW",
        ["ALTER", "VIEW", ..] when Has(words, "SET", "SCHEMA") => "ALTER VIEW ... SET SCHEMA",
        ["ALTER", "INDEX", ..] when Has(words, "ATTACH", "PARTITION") => "ALTER INDEX ... ATTACH PARTITION",
        ["ALTER", "SEQUENCE", ..] when Has(words, "OWNED", "BY") => "ALTER SEQUENCE ... OWNED BY",
        ["ALTER", "PUBLICATION", ..] when words.Contains("TABLE") => "ALTER PUBLICATION",
        ["REINDEX", ..] => words.Contains("CONCURRENTLY") ? "REINDEX TABLE CONCURRENTLY" : "REINDEX TABLE",
        ["REFRESH", _, _, "CONCURRENTLY", ..] => "REFRESH MATERIALIZED VIEW CONCURRENTLY",
        ["REFRESH", ..] => "REFRESH MATERIALIZED VIEW",
        ["CLUSTER", ..] => "CLUSTER",
        ["VACUUM", ..] => words.Contains("FULL") ? "VACUUM FULL" : "VACUUM",
        ["ANALYZE" or "ANALYSE", ..] => "ANALYZE",
        ["COMMENT", "ON", "TABLE", ..] => "COMMENT ON TABLE",
        ["COMMENT", "ON", "COLUMN", ..] => "COMMENT ON COLUMN",
        ["COMMENT", "ON", "TRIGGER" or "POLICY" or "RULE", ..] => "COMMENT ON TRIGGER",
        ["COMMENT", "ON", "CONSTRAINT", ..] => "COMMENT ON CONSTRAINT",
        _ => null,
    };

    private static string? Made(ReadOnlySpan<string> what) => what switch
    {
        ["UNIQUE", .. var index] => Made(index),
        ["INDEX", "CONCURRENTLY", ..] => "CREATE INDEX CONCURRENTLY",
        ["INDEX", ..] => "CREATE INDEX",
        ["TRIGGER", ..] or ["CONSTRAINT", "TRIGGER", ..] => "CREATE TRIGGER",
        ["RULE", ..] => "CREATE RULE",
        ["POLICY", ..] => "CREATE POLICY",
        ["STATISTICS", ..] => "CREATE STATISTICS",
        ["VIEW", ..] => "CREATE VIEW",
        _ => null,
    };

    private static string? Table(ImmutableArray<string> words) =>
        Has(words, "PARTITION", "OF") ? "CREATE TABLE ... PARTITION OF"
        : words.Contains("INHERITS") ? "CREATE TABLE ... INHERITS"
        : words.Contains("REFERENCES") ? "CREATE TABLE ... REFERENCES"
        : null;

    private static bool Has(ImmutableArray<string> words, string first, string second) =>
        words.Zip(words.Skip(1)).Contains((first, second));
}
