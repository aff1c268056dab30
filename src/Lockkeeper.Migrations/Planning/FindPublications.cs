using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Which publications publish changes and deletions of a table's rows, and so need its replica identity.</summary>
internal sealed record FindPublications(TableName Table) : Question<FoundUsers>;
