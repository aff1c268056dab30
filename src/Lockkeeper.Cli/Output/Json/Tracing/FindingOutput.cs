using Lockkeeper.Locks.Tracing;

namespace Lockkeeper.Cli.Output.Json.Tracing;

/// <summary>Something in a script that would hurt on a live server; <c>line</c> is the first of <c>lines</c>.</summary>
internal sealed record FindingOutput(string Rule, int Line, IReadOnlyList<int> Lines, string Words)
{
    public static FindingOutput Of(TraceFinding finding) => new(finding.Rule, finding.Line, finding.Lines, finding.Words);

    /// <inheritdoc/>
    public bool Equals(FindingOutput? other) => other is not null && Rule == other.Rule && Words == other.Words && Lines.SequenceEqual(other.Lines);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rule, Words);
}
