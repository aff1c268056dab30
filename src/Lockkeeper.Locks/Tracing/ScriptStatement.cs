using Lockkeeper.Server.Scripting;

namespace Lockkeeper.Locks.Tracing;

/// <summary>One statement of a script.</summary>
/// <param name="Line">The line at which it begins, from 1.</param>
/// <param name="Sql">Its text, without the semicolon.</param>
public sealed record ScriptStatement(int Line, string Sql)
{
    internal SqlStatementKind Kind { get; init; }
}
