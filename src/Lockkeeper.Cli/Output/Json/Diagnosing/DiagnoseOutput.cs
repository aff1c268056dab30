using Lockkeeper.Locks.Diagnosing;

namespace Lockkeeper.Cli.Output.Json.Diagnosing;

/// <summary>What all checks found; <c>level</c> is the worst of them.</summary>
internal sealed record DiagnoseOutput(string Level, IReadOnlyList<CheckOutput> Checks)
{
    public static DiagnoseOutput Of(Diagnosis diagnosis) => new(Names.Of(diagnosis.Level), [.. diagnosis.Checks.Select(CheckOutput.Of)]);

    /// <inheritdoc/>
    public bool Equals(DiagnoseOutput? other) => other is not null && Level == other.Level && Checks.SequenceEqual(other.Checks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Level, Checks.Count);
}
