using Lockkeeper.Model.Locking;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Model.Plans;

/// <summary>A lock that a statement takes on one relation.</summary>
/// <param name="Table">The table or view.</param>
/// <param name="Mode">The strongest mode taken on it.</param>
public sealed record TableLock(TableName Table, LockMode Mode);
