using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>An index that is dropped once nobody of the old version needs it.</summary>
/// <param name="Table">Its table, by the name that it has until completion.</param>
/// <param name="Index">Its name on completion.</param>
internal sealed record UnusedIndex(TableName Table, TableName Index);
