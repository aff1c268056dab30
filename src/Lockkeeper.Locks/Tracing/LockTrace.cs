using System.Collections.Immutable;

namespace Lockkeeper.Locks.Tracing;

/// <summary>What a script did, statement by statement.</summary>
/// <param name="statements">The statements, up to the first that failed.</param>
/// <param name="findings">What would hurt on a live server.</param>
public sealed class LockTrace(ImmutableArray<TracedStatement> statements, ImmutableArray<TraceFinding> findings)
{
    /// <summary>The statements, up to the first that failed.</summary>
    public ImmutableArray<TracedStatement> Statements => statements;

    /// <summary>What would hurt on a live server.</summary>
    public ImmutableArray<TraceFinding> Findings => findings;

    /// <summary>What could not be looked at, and why.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Whether every statement ran or was left out for a reason.</summary>
    public bool Succeeded => statements.All(statement => statement.Error is null || statement.NeedsNoTransaction);
}
