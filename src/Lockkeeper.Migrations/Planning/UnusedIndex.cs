using System.Collections.Immutable;
using Lockkeeper.Model.Naming;
using Lockkeeper.Model.Plans;

namespace Lockkeeper.Migrations.Planning;

/// <summary>An index that is dropped once nobody of the old version needs it.</summary>
/// <param name="Table">Its table, by the name that it has until completion.</param>
/// <param name="Index">Its name on completion.</param>
internal sealed record UnusedIndex(TableName Table, TableName Index)
{
    /// <summary>Whether its table goes with the swap, and the index with it.</summary>
    public bool IsTablesGone(ImmutableArray<OperationPlan> plans) => plans[^1].After.Tables.Values.All(table => table.StoredAs != Table.Name);

    /// <summary>
    /// Fails while completing can still be taken back. A foreign key that somebody adds while the migration is under way may come to depend on just
    /// this index, and the server would then refuse to drop it when everything else is done.
    /// </summary>
    public Step RefuseForeignKeys() => new(
        DoBlock.FailingIf(
            $"SELECT FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conindid = pg_catalog.to_regclass({new Literal(Index.ToString())})",
            $"a foreign key depends on index {Index}, which the migration drops",
            "2BP01"),
        [],
        $"no foreign key depends on index {Index.Name.Value}");
}
