namespace Lockkeeper.Backfill.Planning;

/// <summary>A leaf for which ranges are recorded, as it was when they were made.</summary>
internal sealed record PlannedLeaf(uint Oid, uint Filenode);
