using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>What values an enumerated type of the schema has, after the operations before this one.</summary>
internal sealed record DescribeEnum(Identifier Type) : Question<FoundEnum>;
