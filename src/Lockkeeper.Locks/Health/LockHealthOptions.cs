using System.Collections.Immutable;

namespace Lockkeeper.Locks.Health;

/// <summary>From where on waits for locks make a <see cref="LockHealthCheck"/> report that the database is not well.</summary>
public sealed record LockHealthOptions
{
    /// <summary>A person notices; what is merely busy waits for milliseconds.</summary>
    public static readonly TimeSpan DefaultDegradedWait = TimeSpan.FromSeconds(1);

    /// <summary>Clients give up.</summary>
    public static readonly TimeSpan DefaultUnhealthyWait = TimeSpan.FromSeconds(10);

    /// <summary>As many as wait for one thing where the check <c>queue-depth</c> of diagnose turns yellow.</summary>
    public const int DefaultDegradedDepth = 3;

    /// <summary>As many as wait for one thing where that check turns red; a pool of connections is often not much larger.</summary>
    public const int DefaultUnhealthyDepth = 10;

    /// <summary>The longest wait with which the database is degraded.</summary>
    public TimeSpan DegradedWait { get; init; } = DefaultDegradedWait;

    /// <summary>The longest wait with which it has failed.</summary>
    public TimeSpan UnhealthyWait { get; init; } = DefaultUnhealthyWait;

    /// <summary>How many sessions in one queue make it degraded.</summary>
    public int DegradedDepth { get; init; } = DefaultDegradedDepth;

    /// <summary>How many sessions in one queue make it fail.</summary>
    public int UnhealthyDepth { get; init; } = DefaultUnhealthyDepth;

    internal ImmutableArray<string> Problems() =>
    [
        .. DegradedWait < TimeSpan.Zero || UnhealthyWait < DegradedWait
            ? [$"DegradedWait is {DegradedWait} and UnhealthyWait {UnhealthyWait}; they must be 0 or more, the second at least the first"]
            : ImmutableArray<string>.Empty,
        .. DegradedDepth < 1 || UnhealthyDepth < DegradedDepth
            ? [$"DegradedDepth is {DegradedDepth} and UnhealthyDepth {UnhealthyDepth}; they must be 1 or more, the second at least the first"]
            : ImmutableArray<string>.Empty,
    ];
}
