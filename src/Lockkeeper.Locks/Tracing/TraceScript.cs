using System.Collections.Immutable;
using Lockkeeper.Server.Scripting;

namespace Lockkeeper.Locks.Tracing;

/// <summary>A script as it is traced: its statements, and where transactions begin and end.</summary>
internal static class TraceScript
{
    private static readonly ImmutableArray<string> Endings = ["COMMIT", "END"];
    private static readonly ImmutableArray<string> Undoings = ["ROLLBACK", "ABORT"];

    /// <summary>The statements in order, those that begin or end a transaction as well.</summary>
    /// <param name="script">The text.</param>
    public static ImmutableArray<ScriptStatement> Split(string script) =>
    [
        .. SqlScript.Split(script).Select(statement => new ScriptStatement(
            1 + script.AsSpan(0, statement.Start + statement.Comments).Count('\n'), statement.Sql[statement.Comments..])
        {
            Kind = statement.Kind,
        }),
    ];

    /// <summary>
    /// Leaves out the BEGIN and COMMIT, or ROLLBACK, that only put the whole script into one transaction, which it is traced in anyway.
    /// </summary>
    /// <param name="statements">The statements of a script.</param>
    public static ImmutableArray<ScriptStatement> WithoutFrame(ImmutableArray<ScriptStatement> statements) =>
        statements is not [{ Kind: SqlStatementKind.Transaction } first, .. var rest] || !IsBeginning(first) ? statements
        : rest is [.. var inner, { Kind: SqlStatementKind.Transaction } last] && (IsCommit(last) || IsRollback(last)) ? inner
        : rest;

    /// <summary>The statement that ends what is open, where this one begins or ends a transaction; null for what cannot be done in our place.</summary>
    /// <param name="statement">A statement of <see cref="SqlStatementKind.Transaction"/>.</param>
    public static string? EndOf(ScriptStatement statement) => statement switch
    {
        _ when IsBeginning(statement) || IsCommit(statement) => "COMMIT",
        _ when IsRollback(statement) => "ROLLBACK",
        _ => null,
    };

    private static bool IsBeginning(ScriptStatement statement) => Word(statement, 0) is "BEGIN" or "START";

    private static bool IsCommit(ScriptStatement statement) => Endings.Contains(Word(statement, 0)) && Word(statement, 1) != "PREPARED";

    private static bool IsRollback(ScriptStatement statement) => Undoings.Contains(Word(statement, 0)) && Word(statement, 1) != "PREPARED";

    private static string Word(ScriptStatement statement, int index) =>
        Graph.QueryShape.Of(statement.Sql).Split(' ') is var words && words.Length > index ? words[index].ToUpperInvariant() : "";
}
