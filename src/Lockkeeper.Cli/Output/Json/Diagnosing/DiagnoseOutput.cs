using Lockkeeper.Locks.Diagnosing;

namespace Lockkeeper.Cli.Output.Json.Diagnosing;

/// <summary>What all checks found; <c>level</c> is the worst of them. Where the server went away before all were made, <c>cutShort</c> says why.</summary>
internal sealed record DiagnoseOutput(string Level, string? CutShort, IReadOnlyList<CheckOutput> Checks)
{
    public static DiagnoseOutput Of(Diagnosis diagnosis) => new(Names.Of(diagnosis.Level), diagnosis.CutShort, [.. diagnosis.Checks.Select(CheckOutput.Of)]);

    /// <inheritdoc/>
    public bool Equals(DiagnoseOutput? other) => other is not null && Level == other.Level && Checks.SequenceEqual(other.Checks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Level, Checks.Count);
}
