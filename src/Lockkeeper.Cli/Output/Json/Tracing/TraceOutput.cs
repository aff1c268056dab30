using Lockkeeper.Locks.Tracing;

namespace Lockkeeper.Cli.Output.Json.Tracing;

/// <summary>What a script did, statement by statement, and what of it would hurt.</summary>
internal sealed record TraceOutput(bool Succeeded, IReadOnlyList<TracedStatementOutput> Statements, IReadOnlyList<FindingOutput> Findings, IReadOnlyList<string> Notes)
{
    public static TraceOutput Of(LockTrace trace) => new(
        trace.Succeeded,
        [.. trace.Statements.Select(TracedStatementOutput.Of)],
        [.. trace.Findings.Select(FindingOutput.Of)],
        trace.Notes);

    /// <inheritdoc/>
    public bool Equals(TraceOutput? other) => other is not null && Succeeded == other.Succeeded
        && Statements.SequenceEqual(other.Statements) && Findings.SequenceEqual(other.Findings) && Notes.SequenceEqual(other.Notes);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Succeeded, Statements.Count, Findings.Count);
}
