using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Cli.Output.Json.Locks;

/// <summary>Somebody who waits.</summary>
internal sealed record WaiterOutput(
    LockSessionOutput Session, string Mode, string? RowLock, double WaitedMs, double? CurrentWaitMs, bool BlockedByHolder, int? Behind)
{
    public static WaiterOutput Of(Waiter waiter) => new(
        LockSessionOutput.Of(waiter.Owner),
        waiter.Mode.ToString(),
        waiter.RowLock is { } strength ? Names.Of(strength) : null,
        waiter.Waited.TotalMilliseconds,
        waiter.CurrentWait?.TotalMilliseconds,
        waiter.IsBlockedByHolder,
        waiter.Behind?.Pid);
}
