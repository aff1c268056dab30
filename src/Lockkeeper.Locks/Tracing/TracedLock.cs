using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Locks.Tracing;

/// <summary>A lock on a table that was there before the script.</summary>
/// <param name="Table">The table.</param>
/// <param name="Mode">The mode; it is kept until the transaction ends.</param>
public sealed record TracedLock(TableName Table, LockMode Mode);
