using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Recording;

/// <summary>Two transactions that lock in opposite orders.</summary>
/// <param name="Held">The table that the one held.</param>
/// <param name="Taken">The table that it took then; the same one when it went over it twice.</param>
/// <param name="Stack">Where it did.</param>
/// <param name="OppositeStack">Where another one came back from there.</param>
public sealed record LockOrderContradiction(TableName Held, TableName Taken, string Stack, string OppositeStack);
