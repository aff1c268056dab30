namespace Lockkeeper.Backfill.Throttling;

/// <summary>A signal of the server, and the limit at which the backfill stands still until it is better.</summary>
/// <remarks>
/// A throttle is data, written as <c>name=limit</c>; <see cref="ThrottleText"/> reads it. It holds from its limit on and lets go below
/// <see cref="ReleaseShare"/> of it, so that a signal near the limit does not make the backfill stutter. While it holds, the backfill holds nothing: no
/// lock, no snapshot, no transaction.
/// </remarks>
public abstract record Throttle
{
    /// <summary>Below this share of the limit a throttle that holds lets go.</summary>
    public const double ReleaseShare = 0.8;

    /// <summary>What it is called in options, progress and metrics.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the backfill stands still as well while the signal cannot be read; otherwise it goes on, and the progress says so.</summary>
    public bool HoldsWhenUnreadable { get; init; }

    /// <summary>The limit as text.</summary>
    internal abstract string LimitText { get; }

    /// <summary>Whether it holds when it cannot be read and nobody has said otherwise.</summary>
    internal virtual bool IsStrictByDefault => false;

    /// <summary>Whoever asks this throttle; what it remembers between two readings is inside.</summary>
    internal abstract Func<ThrottleProbe, CancellationToken, Task<Reading>> Start();

    /// <summary>The text that <see cref="ThrottleText.Parse"/> reads.</summary>
    public sealed override string ToString() => HoldsWhenUnreadable == IsStrictByDefault
        ? $"{Name}={LimitText}"
        : $"{Name}/{(HoldsWhenUnreadable ? ThrottleText.Strict : ThrottleText.Lenient)}={LimitText}";
}
