using System.Collections.Immutable;
using Lockkeeper.Backfill.Throttling;

namespace Lockkeeper.Backfill.Steering;

/// <summary>What the state tables say that every process of a job has to do.</summary>
internal sealed class Orders
{
    public required BackfillCommand Command { get; init; }

    /// <summary>Who gave the command, and when.</summary>
    public required string CommandBy { get; init; }

    /// <summary>The wished duration of a chunk; null for each process's own.</summary>
    public required TimeSpan? TargetChunk { get; init; }

    /// <summary>The most rows per second of all processes together; null for no ceiling.</summary>
    public required double? RowsPerSecond { get; init; }

    /// <summary>The throttles; null for each process's own.</summary>
    public required ImmutableArray<Throttle>? Throttles { get; init; }

    /// <summary>How many processes work at the job, this one included.</summary>
    public required int Processes { get; init; }

    /// <summary>The backends of all workers of the job.</summary>
    public required int[] Workers { get; init; }

    /// <summary>Whether this process is still entered as working.</summary>
    public required bool IsEntered { get; init; }
}
