using System.Collections.Immutable;

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

    /// <summary>So many stripes for every table and group, whatever the rule says; only for measuring the rule.</summary>
    internal int? Stripes { get; init; }

    /// <summary>Two at least, because one waits for the commit while the other works; more than four seldom pays.</summary>
    public static int DefaultWorkers => Math.Min(4, Math.Max(2, Environment.ProcessorCount));

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
