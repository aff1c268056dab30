using System.Collections.Immutable;
using Lockkeeper.Backfill.Steering;

namespace Lockkeeper.Backfill;

/// <summary>Where a backfill stands, as the state tables have it: the same from every machine.</summary>
public sealed record BackfillStatus
{
    /// <summary>The job's name.</summary>
    public required string Name { get; init; }

    /// <summary>The table, as SQL text.</summary>
    public required string Table { get; init; }

    /// <summary>What it was last ordered to do.</summary>
    public required BackfillCommand Command { get; init; }

    /// <summary>Who ordered it; null if nobody ever did.</summary>
    public required string? CommandBy { get; init; }

    /// <summary>When that was.</summary>
    public required DateTimeOffset? CommandAt { get; init; }

    /// <summary>When it was first started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was done and checked; null while it is under way.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Blocks that are done.</summary>
    public required long BlocksDone { get; init; }

    /// <summary>All blocks.</summary>
    public required long BlocksTotal { get; init; }

    /// <summary>Rows filled.</summary>
    public required long Rows { get; init; }

    /// <summary>Whether it updates rows by a condition, and does not belong to a migration.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>The wished duration of a chunk, if one was ordered.</summary>
    public required TimeSpan? TargetChunk { get; init; }

    /// <summary>The most rows per second of all processes together, if there is a ceiling.</summary>
    public required double? RowsPerSecondCeiling { get; init; }

    /// <summary>The throttles as text, if some were given; otherwise each process has those that are on by default.</summary>
    public required ImmutableArray<string>? Throttles { get; init; }

    /// <summary>The processes that work at it, those that have fallen silent included.</summary>
    public required ImmutableArray<BackfillWorker> Workers { get; init; }

    /// <summary>Rows filled per second by all processes together, over the last seconds.</summary>
    public double RowsPerSecond => Workers.Where(worker => !worker.IsSilent).Sum(worker => worker.RowsPerSecond);

    /// <inheritdoc/>
    public bool Equals(BackfillStatus? other) => other is not null
        && (Name, Table, Command, CommandBy, CommandAt, StartedAt, FinishedAt) == (other.Name, other.Table, other.Command, other.CommandBy, other.CommandAt, other.StartedAt, other.FinishedAt)
        && (BlocksDone, BlocksTotal, Rows, IsPlain) == (other.BlocksDone, other.BlocksTotal, other.Rows, other.IsPlain)
        && (TargetChunk, RowsPerSecondCeiling) == (other.TargetChunk, other.RowsPerSecondCeiling)
        && Throttles.HasValue == other.Throttles.HasValue && (Throttles ?? []).SequenceEqual(other.Throttles ?? [])
        && Workers.SequenceEqual(other.Workers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Command, BlocksDone, Rows);
}
