using System.Collections.Immutable;

namespace Lockkeeper.Locks.Diagnosing;

/// <summary>What came of a check.</summary>
/// <param name="Name">The check.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Level">The worst of its evidence.</param>
/// <param name="Evidence">What was found that is yellow or red, the worst first.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="WhySkipped">Why it was not looked at; null where it was.</param>
public sealed record CheckResult(
    string Name, string Title, CheckLevel Level, ImmutableArray<Evidence> Evidence, string Remedy, string? WhySkipped)
{
    /// <summary>The page about the check, in the repository.</summary>
    public string Page => $"docs/locks/checks/{Name}.md";

    /// <inheritdoc/>
    public bool Equals(CheckResult? other) => other is not null && Name == other.Name && Title == other.Title && Level == other.Level
        && Remedy == other.Remedy && WhySkipped == other.WhySkipped && Evidence.SequenceEqual(other.Evidence);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Level, WhySkipped);
}
