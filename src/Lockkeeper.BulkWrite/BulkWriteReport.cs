using System.Collections.Immutable;

namespace Lockkeeper.BulkWrite;

/// <summary>What a unit of work did.</summary>
/// <param name="Changes">One entry for each input, in the order in which they were given; counters come last.</param>
public sealed record BulkWriteReport(ImmutableArray<ChangeReport> Changes)
{
    /// <summary>How long the whole took, repetitions included.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>How often it was run again. Anything but zero says that a writer outside this library locks in another order.</summary>
    public int Retries { get; init; }

    /// <summary>Rows that are new, over all inputs.</summary>
    public long Inserted => Changes.Sum(change => change.Inserted);

    /// <summary>Rows that were there and changed, over all inputs.</summary>
    public long Updated => Changes.Sum(change => change.Updated);

    /// <summary>Rows that were there and already as asked for, over all inputs.</summary>
    public long Unchanged => Changes.Sum(change => change.Unchanged);

    /// <summary>Rows that were there and left alone, over all inputs.</summary>
    public long Skipped => Changes.Sum(change => change.Skipped);

    /// <summary>Rows that are gone, over all inputs; those that a cascade took are not counted.</summary>
    public long Deleted => Changes.Sum(change => change.Deleted);

    /// <summary>Keys that were not there, over all inputs.</summary>
    public long NotFound => Changes.Sum(change => change.NotFound);

    /// <summary>Two reports are equal when all their parts are.</summary>
    /// <param name="other">The other report.</param>
    public bool Equals(BulkWriteReport? other) => other is not null
        && Changes.SequenceEqual(other.Changes) && Elapsed == other.Elapsed && Retries == other.Retries;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Changes.Length, Elapsed, Retries);
}
