using Lockkeeper.Locks.Diagnosing;

namespace Lockkeeper.Cli.Output.Json.Diagnosing;

/// <summary>One check: <c>level</c> is <c>green</c>, <c>skipped</c>, <c>yellow</c> or <c>red</c>.</summary>
internal sealed record CheckOutput(
    string Name, string Title, string Level, IReadOnlyList<EvidenceOutput> Evidence, string Remedy, string Page, string? WhySkipped)
{
    public static CheckOutput Of(CheckResult check) => new(
        check.Name,
        check.Title,
        Names.Of(check.Level),
        [.. check.Evidence.Select(found => new EvidenceOutput(found.Subject, found.Value, found.Words, Names.Of(found.Level)))],
        check.Remedy,
        check.Page,
        check.WhySkipped);

    /// <inheritdoc/>
    public bool Equals(CheckOutput? other) => other is not null && Name == other.Name && Level == other.Level
        && WhySkipped == other.WhySkipped && Evidence.SequenceEqual(other.Evidence);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Level);
}
