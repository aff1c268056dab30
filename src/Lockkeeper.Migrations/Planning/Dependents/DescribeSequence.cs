using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>How a sequence counts, and what belongs to it.</summary>
internal sealed record DescribeSequence(TableName Sequence) : Question<FoundSequence>;
