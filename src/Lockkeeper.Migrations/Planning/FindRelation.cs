using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Whether a name is free for a table or an index; a table's row type needs it too.</summary>
internal sealed record FindRelation(TableName Name) : Question<FoundRelation>;
