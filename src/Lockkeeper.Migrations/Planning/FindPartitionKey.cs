using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>By what the rows of a partitioned table are distributed, on all levels.</summary>
internal sealed record FindPartitionKey(TableName Table) : Question<FoundPartitionKey>;
