using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>The partitions of a table, on all levels.</summary>
internal sealed record FindPartitions(TableName Table) : Question<FoundPartitions>;
