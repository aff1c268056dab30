using Lockkeeper.Backfill.Planning;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Backfill.State;

/// <summary>A range that this worker has claimed, as the state tables hold it.</summary>
internal sealed record ClaimedRange(
    long Id, uint LeafOid, TableName Leaf, long Next, long End)
{
    /// <summary>Only rows that were locked when their chunk came by are left.</summary>
    public bool HasOnlySkippedRowsLeft => Next >= End;

    /// <summary>How many indexes the leaf has: an update that is not HOT writes to each of them.</summary>
    public int Indexes { get; init; }

    /// <summary>Whether the leaf is a partition of the job's table.</summary>
    public bool IsPartition { get; init; }

    /// <summary>The rows of a block by the server's statistics; nothing if it was never analysed.</summary>
    public double? RowsPerBlock { get; init; }

    /// <summary>The next blocks, at most so many and none from <paramref name="before"/> on.</summary>
    public Chunk NextChunk(int blocks, long before) => new(Next, Math.Min(Next + blocks, Math.Min(before, End)));
}
