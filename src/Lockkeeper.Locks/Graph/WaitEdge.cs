namespace Lockkeeper.Locks.Graph;

/// <summary>One reason why somebody waits.</summary>
/// <param name="Waiter">Who waits.</param>
/// <param name="Blocker">For whom.</param>
/// <param name="Tag">The lock.</param>
/// <param name="Kind">Whether the blocker holds it or only stands in front.</param>
public sealed record WaitEdge(OwnerId Waiter, OwnerId Blocker, LockTag Tag, EdgeKind Kind);
