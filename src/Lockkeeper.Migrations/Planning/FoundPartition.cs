using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>One partition.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parent">The partitioned table that it is a partition of.</param>
/// <param name="IsPartitioned">Whether it has partitions itself.</param>
/// <param name="IsForeign">Whether its rows live on another server, where no index of ours reaches them.</param>
internal sealed record FoundPartition(TableName Name, TableName Parent, bool IsPartitioned, bool IsForeign);
