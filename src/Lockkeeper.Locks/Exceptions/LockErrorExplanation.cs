using System.Collections.Immutable;
using Lockkeeper.Locks.Deadlocks;

namespace Lockkeeper.Locks.Exceptions;

/// <summary>What an error about locks means.</summary>
/// <param name="What">What happened.</param>
/// <param name="WhatToDo">What to do about it.</param>
/// <param name="MayBeRetried">Whether the whole transaction may be run again as it is.</param>
/// <param name="Ring">For a deadlock, its waits; the statements of the others are in the server's log only.</param>
public sealed record LockErrorExplanation(string What, string WhatToDo, bool MayBeRetried, ImmutableArray<DeadlockEdge> Ring)
{
    /// <inheritdoc/>
    public bool Equals(LockErrorExplanation? other) => other is not null && What == other.What && WhatToDo == other.WhatToDo
        && MayBeRetried == other.MayBeRetried && Ring.SequenceEqual(other.Ring);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(What, WhatToDo, MayBeRetried);
}
