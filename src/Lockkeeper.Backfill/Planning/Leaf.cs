using Lockkeeper.Model.Naming;

namespace Lockkeeper.Backfill.Planning;

/// <summary>A table that holds rows itself: an ordinary table, or a partition without partitions.</summary>
/// <param name="Oid">Stays the same when the table is renamed or rewritten.</param>
/// <param name="Name">The name it has now.</param>
/// <param name="Filenode">Changes whenever rows are moved wholesale (VACUUM FULL, CLUSTER, TRUNCATE), and only then.</param>
internal sealed record Leaf(uint Oid, TableName Name, uint Filenode)
{
    /// <summary>Whether it is a partition, and the triggers are those of a partitioned table.</summary>
    public bool IsPartition { get; init; }
}
