using System.Collections.Immutable;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Says what of a traced script would hurt on a live server.</summary>
internal static class TraceRules
{
    public static ImmutableArray<string> Names { get; } = [.. StatementRules.Names, .. TransactionRules.Names];

    /// <summary>The findings, in the order of the script.</summary>
    public static ImmutableArray<TraceFinding> Check(ImmutableArray<TracedStatement> script) =>
        [.. TransactionRules.Check(script).Concat(script.SelectMany(StatementRules.Check)).OrderBy(finding => finding.Line)];
}
