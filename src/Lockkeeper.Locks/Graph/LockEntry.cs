using Lockkeeper.Model.Locking;

namespace Lockkeeper.Locks.Graph;

/// <summary>One row of <c>pg_locks</c>.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="Tag">What it is on.</param>
/// <param name="Mode">How strong it is.</param>
/// <param name="Granted">Whether it is held; otherwise it is waited for.</param>
/// <param name="Waited">How long the wait has lasted; null while held, and for an instant at its beginning.</param>
public sealed record LockEntry(OwnerId Owner, LockTag Tag, LockMode Mode, bool Granted, TimeSpan? Waited);
