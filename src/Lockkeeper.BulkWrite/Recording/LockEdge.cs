using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Recording;

/// <summary>Somebody held rows of one table and took rows of another.</summary>
internal sealed record LockEdge(TableName Held, RowLock HeldMode, TableName Taken, RowLock TakenMode, string Stack);
