using Lockkeeper.Backfill.Planning;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Backfill.State;

/// <summary>A range that this worker has claimed, as the state tables hold it.</summary>
internal sealed record ClaimedRange(
    long Id, uint LeafOid, TableName Leaf, long Next, long End)
{
    /// <summary>Only rows that were locked when their chunk came by are left.</summary>
    public bool HasOnlySkippedRowsLeft => Next >= End;

    public Chunk NextChunk(int blocks) => new(Next, Math.Min(Next + blocks, End));
}
