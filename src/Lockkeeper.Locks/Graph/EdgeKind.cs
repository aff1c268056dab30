namespace Lockkeeper.Locks.Graph;

/// <summary>Why one waits for another.</summary>
public enum EdgeKind
{
    /// <summary>The other holds the lock in a mode that conflicts.</summary>
    Holds,

    /// <summary>The other waits too, stands in front, and asks for a mode that conflicts.</summary>
    Queues,
}
