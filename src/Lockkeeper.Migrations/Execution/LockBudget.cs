namespace Lockkeeper.Migrations.Execution;

/// <summary>How long a transaction may still wait for its next lock without a client of the application being killed for it.</summary>
/// <remarks>
/// <para>
/// A client that waits for a lock of ours looks for a deadlock once it has waited <c>deadlock_timeout</c>. If just then we wait for a lock of
/// its, the ring is found, and the one that is looking is killed: the client. So all waiting of ours that comes after our first lock must be over
/// before any client can have waited so long: half of <c>deadlock_timeout</c>, counted from the first lock, leaves the other half to
/// the server's timers and the network.
/// </para>
/// <para>While the first lock is waited for nothing is held, so no ring can go through us, and only the caller's own limit counts.</para>
/// <para>
/// In a ring with clients that take two tables in the opposite order, waiting longer does not help, and all who want the first table queue meanwhile:
/// so the first attempt gives up the second lock soon, and each further one waits twice as long, for clients whose transactions are merely long.
/// </para>
/// </remarks>
internal sealed class LockBudget(TimeSpan lockTimeout, TimeSpan deadlockTimeout, int attempt, TimeProvider time)
{
    // Longer than the transactions of most clients last, and short for those who queue.
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(60);

    private const int LargestExponent = 10;

    // Shorter waits are lost in the server's own scheduling.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(10);

    private long? _firstLockAt;

    /// <summary>The <c>lock_timeout</c> for the next statement.</summary>
    public TimeSpan Next()
    {
        if (_firstLockAt is not { } first)
        {
            return lockTimeout;
        }

        var left = (deadlockTimeout / 2) - time.GetElapsedTime(first);
        var patience = FirstWait * Math.Pow(2, Math.Min(attempt - 1, LargestExponent));
        return Max(Least, Min(left, Min(patience, lockTimeout)));
    }

    /// <summary>Notes that a lock is held from now on.</summary>
    public void Acquired() => _firstLockAt ??= time.GetTimestamp();

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
