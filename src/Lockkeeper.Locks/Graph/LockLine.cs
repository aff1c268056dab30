using System.Collections.Immutable;

namespace Lockkeeper.Locks.Graph;

/// <summary>One lock that is waited for: who holds it in a mode in the way of somebody, and who waits, in order.</summary>
/// <param name="tag">The lock.</param>
/// <param name="held">What is held of it and in somebody's way.</param>
/// <param name="waiting">What is waited for, in the order in which they stand.</param>
internal sealed class LockLine(LockTag tag, ImmutableArray<LockEntry> held, ImmutableArray<LockEntry> waiting)
{
    public LockTag Tag => tag;

    public ImmutableArray<LockEntry> Held => held;

    public ImmutableArray<LockEntry> Waiting => waiting;
}
