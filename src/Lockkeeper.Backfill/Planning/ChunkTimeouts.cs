namespace Lockkeeper.Backfill.Planning;

/// <summary>The timeouts under which a client is never chosen as the victim of a deadlock with the backfill.</summary>
/// <remarks>
/// A session that waits for a lock looks for a deadlock once, <c>deadlock_timeout</c> after its wait began, and is itself the victim if
/// it finds one (manual, 13.3.4 and 20.12). A client that waits for a row of a chunk began to wait after the chunk had taken that row, so:
/// 1. the chunk, which is one statement with its cursor in it, must be over before <c>deadlock_timeout</c> has passed since it began.
///    Then, when the client looks, the chunk waits for nothing: it was rolled back or it is committing, and a commit waits for no lock;
/// 2. the lock timeout alone is not enough: it is counted per wait, and a chunk may wait for many rows one after the other
///    (ten waits of 100 ms each never reach a timeout of 150 ms), so the statement timeout is what holds 1;
/// 3. the lock timeout is shorter still, because one long wait is best left at once: all that wait for the chunk's rows wait with it.
/// </remarks>
/// <param name="Lock">The longest single wait for a lock.</param>
/// <param name="Statement">The longest chunk.</param>
/// <param name="Target">The duration to aim at.</param>
internal sealed record ChunkTimeouts(TimeSpan Lock, TimeSpan Statement, TimeSpan Target)
{
    private const double LongestLockMilliseconds = 100;
    private const double ShareForLock = 0.25;
    private const double ShareForStatement = 0.6;
    private const double ShareOfStatementForTarget = 0.25;

    /// <summary>The timeouts for a server whose <c>deadlock_timeout</c> is this. 0 would switch a timeout off, so 1 ms is the least.</summary>
    public static ChunkTimeouts For(TimeSpan deadlockTimeout, TimeSpan target)
    {
        var whole = deadlockTimeout.TotalMilliseconds;
        var statement = AtLeastOne(whole * ShareForStatement);
        return new ChunkTimeouts(
            Lock: TimeSpan.FromMilliseconds(AtLeastOne(Math.Min(LongestLockMilliseconds, whole * ShareForLock))),
            Statement: TimeSpan.FromMilliseconds(statement),
            Target: TimeSpan.FromMilliseconds(Math.Min(target.TotalMilliseconds, statement * ShareOfStatementForTarget)));
    }

    /// <summary>The duration to aim at when another one is wished, within what the statement timeout leaves.</summary>
    public TimeSpan TargetFor(TimeSpan? wished) => wished is { } target
        ? TimeSpan.FromMilliseconds(Math.Min(target.TotalMilliseconds, Statement.TotalMilliseconds * ShareOfStatementForTarget))
        : Target;

    private static double AtLeastOne(double milliseconds) => Math.Max(1, Math.Floor(milliseconds));
}
