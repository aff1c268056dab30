using System.Collections.Immutable;

namespace Lockkeeper.Backfill;

/// <summary>How the pace of a running backfill is to change. What is null stays as it is.</summary>
public sealed record BackfillPace
{
    /// <summary>The duration that chunks aim at.</summary>
    public TimeSpan? TargetChunk { get; init; }

    /// <summary>The most rows per second of all processes together; 0 takes the ceiling away.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>Changes to the throttles, in the words of <see cref="Throttling.ThrottleText.Change(ImmutableArray{Throttling.Throttle}, IEnumerable{string})"/>.</summary>
    public ImmutableArray<string> Throttles { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(BackfillPace? other) => other is not null
        && TargetChunk == other.TargetChunk && RowsPerSecond == other.RowsPerSecond && Throttles.SequenceEqual(other.Throttles);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(TargetChunk, RowsPerSecond, Throttles.Length);
}
