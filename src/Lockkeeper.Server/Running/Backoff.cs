namespace Lockkeeper.Server.Running;

/// <summary>How long to leave a busy lock alone before the next attempt: exponential, capped, with full jitter.</summary>
/// <param name="first">The longest pause after the first attempt.</param>
/// <param name="longest">No pause is longer than this.</param>
/// <param name="random">The dice; seeded in tests, so that a run can be replayed.</param>
/// <remarks>
/// Full jitter keeps several waiters from coming back together
/// (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015).
/// </remarks>
public sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    private const int LargestExponent = 30;

    /// <summary>The pause after the given number of failed attempts, from zero to the cap for that attempt.</summary>
    /// <param name="failedAttempts">At least one.</param>
    public TimeSpan PauseAfter(int failedAttempts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failedAttempts, 1);
        ArgumentNullException.ThrowIfNull(random);
        var ceiling = Math.Min(
            longest.TotalMilliseconds,
            first.TotalMilliseconds * Math.Pow(2, Math.Min(failedAttempts - 1, LargestExponent)));
        return TimeSpan.FromMilliseconds(ceiling * random.NextDouble());
    }
}
