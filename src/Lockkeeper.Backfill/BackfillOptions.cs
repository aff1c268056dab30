using System.Collections.Immutable;
using Lockkeeper.Backfill.Throttling;

namespace Lockkeeper.Backfill;

/// <summary>How a backfill works. The defaults serve; all values are checked together before anything runs.</summary>
public sealed record BackfillOptions
{
    /// <summary>
    /// How long one chunk should take. Other clients wait for a chunk's row locks until it ends, so this is the delay they feel;
    /// much shorter chunks spend their time on commits.
    /// </summary>
    public static readonly TimeSpan DefaultTargetChunk = TimeSpan.FromMilliseconds(120);

    /// <summary>How long a claim outlives the last sign of its worker when the server cannot tell that the worker is gone.</summary>
    public static readonly TimeSpan DefaultLease = TimeSpan.FromSeconds(30);

    /// <summary>Attempts to reconnect, pausing up to 10 s before each: half a minute to a minute, a usual failover.</summary>
    public const int DefaultReconnectAttempts = 10;

    private const int MostWorkers = 64;

    /// <summary>Sessions that fill at the same time, each on a connection of its own.</summary>
    public int Workers { get; init; } = DefaultWorkers;

    /// <summary>How long one chunk should take; never more than a quarter of what the server's <c>deadlock_timeout</c> leaves it.</summary>
    public TimeSpan TargetChunk { get; init; } = DefaultTargetChunk;

    /// <summary>How long a silent worker keeps its range.</summary>
    public TimeSpan Lease { get; init; } = DefaultLease;

    /// <summary>Attempts to reconnect one after the other before the run gives up. Its state stays.</summary>
    public int ReconnectAttempts { get; init; } = DefaultReconnectAttempts;

    /// <summary>Connections of the data source's pool that the caller holds while the backfill runs. There are fewer workers where these leave room for fewer.</summary>
    public int ConnectionsHeld { get; init; }

    /// <summary>The most rows per second that all processes of the job fill together; null for no ceiling.</summary>
    public double? RowsPerSecond { get; init; }

    /// <summary>At which signals of the server the backfill stands still; null for those that are recorded with the job, or <see cref="ThrottleText.Defaults"/>.</summary>
    public ImmutableArray<Throttle>? Throttles { get; init; }

    /// <summary>
    /// Whether rows are compared with their expressions: with a marker in the end, those that nobody has written since they were filled, which costs one more
    /// reading of the table (a difference ends the run with LK2021); with a condition each row in the statement that updates it (LK2030).
    /// </summary>
    public bool Verify { get; init; }

    /// <summary>The throttles, where none are recorded with the job.</summary>
    internal ImmutableArray<Throttle> ThrottlesInUse => Throttles ?? ThrottleText.Defaults;

    /// <summary>So many stripes for every table and group, whatever the rule says; only for measuring the rule.</summary>
    internal int? Stripes { get; init; }

    /// <summary>Two at least, because one waits for the commit while the other works; more than four seldom pays.</summary>
    public static int DefaultWorkers => Math.Min(4, Math.Max(2, Environment.ProcessorCount));

    /// <summary>Two sets of options are equal when all of them are, the throttles one by one.</summary>
    /// <param name="other">The other options.</param>
    public bool Equals(BackfillOptions? other) => other is not null
        && Workers == other.Workers && TargetChunk == other.TargetChunk && Lease == other.Lease && ReconnectAttempts == other.ReconnectAttempts
        && ConnectionsHeld == other.ConnectionsHeld
        && RowsPerSecond == other.RowsPerSecond && Verify == other.Verify && Throttles.HasValue == other.Throttles.HasValue
        && ThrottlesInUse.SequenceEqual(other.ThrottlesInUse);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Workers, TargetChunk, Lease, ReconnectAttempts, RowsPerSecond, Verify);

    internal ImmutableArray<string> Problems()
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        Require(Workers is >= 1 and <= MostWorkers, $"Workers is {Workers}; it must be 1 to {MostWorkers}");
        Require(TargetChunk >= TimeSpan.FromMilliseconds(1) && TargetChunk <= TimeSpan.FromSeconds(10),
            $"TargetChunk is {TargetChunk}; it must be 1 ms to 10 s");
        // A chunk may last almost as long as deadlock_timeout, and its claim must not run out in the middle of it.
        Require(Lease >= TimeSpan.FromSeconds(5) && Lease <= TimeSpan.FromHours(1),
            $"Lease is {Lease}; it must be 5 s to 1 h");
        Require(ReconnectAttempts is >= 0 and <= 1000,
            $"ReconnectAttempts is {ReconnectAttempts}; it must be 0 to 1000");
        Require(ConnectionsHeld >= 0, $"ConnectionsHeld is {ConnectionsHeld}; it must not be negative");
        Require(RowsPerSecond is null or (> 0 and <= 1e9), $"RowsPerSecond is {RowsPerSecond}; it must be above 0 and at most 1,000,000,000");
        Require(ThrottlesInUse.DistinctBy(throttle => throttle.Name).Count() == ThrottlesInUse.Length, "Throttles has two of one name");
        return problems.ToImmutable();

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }
}
