using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Graph;

/// <summary>A queue while it is put together.</summary>
/// <param name="line">The lock whose holders are in the way.</param>
internal sealed class QueueDraft(LockLine line)
{
    public LockLine Line => line;

    public RowPlace? Row { get; init; }

    /// <summary>Who waits, in order, and how the row is to be locked where that is known.</summary>
    public List<(LockEntry Request, RowLock? Strength)> Waiting { get; } = [];

    public IEnumerable<OwnerId> Holders => line.Held.Select(entry => entry.Owner).Distinct();

    public IEnumerable<OwnerId> Everybody => Holders.Concat(Waiting.Select(waiting => waiting.Request.Owner));
}
