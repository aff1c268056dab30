using System.Collections.Immutable;
using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Graph;

/// <summary>Somebody in a queue.</summary>
public sealed class Waiter
{
    /// <summary>Who.</summary>
    public required LockOwner Owner { get; init; }

    /// <summary>The mode that is asked for.</summary>
    public required LockMode Mode { get; init; }

    /// <summary>How the row itself is to be locked, where a row is waited for and it is known.</summary>
    public RowLock? RowLock { get; init; }

    /// <summary>
    /// How long it has truly waited. For a row that is the age of its statement, which may have worked before it began to wait: each hand-over
    /// of a row is a new wait to the server, so its own count begins again and again. For other locks it is the server's count.
    /// </summary>
    public required TimeSpan Waited { get; init; }

    /// <summary>How long the wait has lasted that the server counts, by <c>waitstart</c>.</summary>
    public TimeSpan? CurrentWait { get; init; }

    /// <summary>Whether somebody who holds the lock is in its way; otherwise only the queue in front of it is.</summary>
    public required bool IsBlockedByHolder { get; init; }

    /// <summary>The nearest of those waiting in front of it that it could not run beside.</summary>
    public OwnerId? Behind { get; init; }

    /// <summary>The queues of locks that it holds itself while it waits.</summary>
    public ImmutableArray<LockQueue> Holds { get; init; } = [];
}
