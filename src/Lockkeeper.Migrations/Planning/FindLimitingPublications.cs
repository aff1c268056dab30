using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Which publications publish changes of only some of a table's columns or rows, and so take only some replica identities.</summary>
/// <param name="Table">The table.</param>
/// <param name="Full">Whether the identity is to be the whole row: then generated columns that are not published count too (PostgreSQL 18).</param>
internal sealed record FindLimitingPublications(TableName Table, bool Full) : Question<FoundUsers>;
