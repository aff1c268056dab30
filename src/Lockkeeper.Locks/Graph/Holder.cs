using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Graph;

/// <summary>Somebody who holds what others wait for.</summary>
/// <param name="Owner">Who.</param>
/// <param name="Mode">The strongest mode in which it holds the lock.</param>
/// <param name="Waits">Whether it waits for something itself.</param>
public sealed record Holder(LockOwner Owner, LockMode Mode, bool Waits);
