using System.Collections.Immutable;

namespace Lockkeeper.Cli.Output.Plans;

/// <summary>A heading, what is said about it, and what comes under it; all markup.</summary>
internal sealed record Outline(string Heading)
{
    public ImmutableArray<string> Details { get; init; } = [];

    public ImmutableArray<Outline> Parts { get; init; } = [];

    public bool Equals(Outline? other) => other is not null && Heading == other.Heading
        && Details.SequenceEqual(other.Details) && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => HashCode.Combine(Heading, Details.Length, Parts.Length);
}
