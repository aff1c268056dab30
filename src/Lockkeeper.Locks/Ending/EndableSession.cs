using System.Collections.Immutable;
using Lockkeeper.Locks.Graph;

namespace Lockkeeper.Locks.Ending;

/// <summary>A session that could be ended, and who would be freed by it.</summary>
/// <param name="owner">The session; its number together with its start says which one is meant.</param>
/// <param name="freed">Those for whose wait it is the only reason.</param>
/// <param name="helped">Those that wait for it, and for others besides.</param>
public sealed class EndableSession(LockOwner owner, ImmutableArray<LockOwner> freed, ImmutableArray<LockOwner> helped)
{
    /// <summary>The session.</summary>
    public LockOwner Owner => owner;

    /// <summary>Those for whose wait it is the only reason.</summary>
    public ImmutableArray<LockOwner> Freed => freed;

    /// <summary>Those that wait for it, and for others besides.</summary>
    public ImmutableArray<LockOwner> Helped => helped;
}
