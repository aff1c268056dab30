using Lockkeeper.Model.Naming;

namespace Lockkeeper.Locks.Tracing;

/// <summary>Rows that the transaction has locked so far, as <c>pgrowlocks</c> shows them.</summary>
/// <param name="Table">The table.</param>
/// <param name="Strength">How, in the words of <c>pgrowlocks</c>, such as <c>No Key Update</c>.</param>
/// <param name="Rows">How many.</param>
public sealed record TracedRows(TableName Table, string Strength, long Rows);
