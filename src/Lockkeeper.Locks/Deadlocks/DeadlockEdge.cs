using Lockkeeper.Locks.Graph;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Deadlocks;

/// <summary>One wait of a ring.</summary>
/// <param name="Waiter">The process that waited.</param>
/// <param name="Mode">The mode that it asked for.</param>
/// <param name="Tag">The lock.</param>
/// <param name="Blocker">The process that it waited for.</param>
public sealed record DeadlockEdge(int Waiter, LockMode Mode, LockTag Tag, int Blocker);
