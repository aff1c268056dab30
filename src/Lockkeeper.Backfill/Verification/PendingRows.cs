using Lockkeeper.Model.Naming;

namespace Lockkeeper.Backfill.Verification;

/// <summary>Rows of a leaf that are still marked.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Count">How many.</param>
/// <param name="First">The ctid of the first.</param>
internal sealed record PendingRows(TableName Leaf, long Count, string First);
