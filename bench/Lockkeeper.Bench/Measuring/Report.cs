using System.Collections.Immutable;

namespace Lockkeeper.Bench.Measuring;

/// <summary>What was measured, and on what.</summary>
internal sealed record Report(string Postgres, int Processors, int Rows, int Runs, ImmutableArray<Result> Results)
{
    /// <summary>What the triggers cost those who write meanwhile.</summary>
    public ImmutableArray<WriteResult> Writes { get; init; } = [];

    /// <summary>How large the program itself became.</summary>
    public ImmutableArray<MemoryResult> Memory { get; init; } = [];

    /// <summary>The way that the others are compared with: the first of those with the same indexes.</summary>
    public Result BaseOf(Result result) => Results.First(other => other.Indexes == result.Indexes);

    public bool Equals(Report? other) => other is not null && Postgres == other.Postgres && Processors == other.Processors
        && Rows == other.Rows && Runs == other.Runs && Results.SequenceEqual(other.Results) && Writes.SequenceEqual(other.Writes)
        && Memory.SequenceEqual(other.Memory);

    public override int GetHashCode() => HashCode.Combine(Postgres, Rows, Runs);
}
