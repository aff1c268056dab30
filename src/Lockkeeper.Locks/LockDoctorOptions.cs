using System.Collections.Immutable;

namespace Lockkeeper.Locks;

/// <summary>How a <see cref="LockDoctor"/> looks.</summary>
public sealed record LockDoctorOptions
{
    /// <summary>Once a second shows every wait that a person would notice, and costs a few milliseconds of it.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    /// <summary>Whether rows that are waited for are looked up by their keys. Reads the table, under limits of 250 ms.</summary>
    public bool FindRows { get; init; } = true;

    /// <summary>The time from one snapshot to the next when watching.</summary>
    public TimeSpan Interval { get; init; } = DefaultInterval;

    internal ImmutableArray<string> Problems() => Interval >= ShortestInterval && Interval <= LongestInterval
        ? []
        : [$"Interval is {Interval}; it must be {ShortestInterval} to {LongestInterval}"];
}
