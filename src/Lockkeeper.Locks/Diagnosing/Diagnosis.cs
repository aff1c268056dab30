using System.Collections.Immutable;

namespace Lockkeeper.Locks.Diagnosing;

/// <summary>What all checks found.</summary>
/// <param name="checks">Each check, the worst first.</param>
public sealed class Diagnosis(ImmutableArray<CheckResult> checks)
{
    /// <summary>Each check, the worst first.</summary>
    public ImmutableArray<CheckResult> Checks => checks;

    /// <summary>What ended it before every check was made, in the server's words: it went away. Null where all of them were.</summary>
    public string? CutShort { get; init; }

    /// <summary>The worst of them; a check that was skipped is not worse than a green one.</summary>
    public CheckLevel Level => checks.Select(check => check.Level).Where(level => level != CheckLevel.Skipped)
        .DefaultIfEmpty(CheckLevel.Green).Max();
}
