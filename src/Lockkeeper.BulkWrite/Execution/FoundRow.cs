using Lockkeeper.Model.Naming;

namespace Lockkeeper.BulkWrite.Execution;

/// <summary>The row of a unit that was refused.</summary>
/// <param name="Change">The number of its input.</param>
/// <param name="Row">Its place in the input.</param>
/// <param name="Column">The column, where it is about one.</param>
internal sealed record FoundRow(int Change, long Row, Identifier? Column = null);
