using System.Collections.Immutable;

namespace Lockkeeper.Bench;

/// <summary>What is measured, and where the result goes.</summary>
internal sealed record BenchOptions
{
    public required int Rows { get; init; }

    /// <summary>Runs of each way; medians are shown.</summary>
    public required int Runs { get; init; }

    /// <summary>The numbers of secondary indexes, one series for each.</summary>
    public required ImmutableArray<int> Indexes { get; init; }

    /// <summary>How the name of the only way begins; empty for all.</summary>
    public required string Way { get; init; }

    /// <summary>Whether the cost of the triggers is measured too.</summary>
    public required bool Writes { get; init; }

    /// <summary>Whether the size of the program itself is measured too.</summary>
    public required bool Memory { get; init; }

    public required int? Version { get; init; }

    public required FileInfo? Json { get; init; }

    public required FileInfo? Markdown { get; init; }

    public bool Equals(BenchOptions? other) => other is not null && Rows == other.Rows && Runs == other.Runs
        && Indexes.SequenceEqual(other.Indexes) && Way == other.Way && Writes == other.Writes && Memory == other.Memory && Version == other.Version
        && Json == other.Json && Markdown == other.Markdown;

    public override int GetHashCode() => HashCode.Combine(Rows, Runs, Indexes.Length, Way, Writes, Memory, Version);
}
