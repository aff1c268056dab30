using System.Collections.Immutable;
using System.Globalization;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning.Dependents;

/// <summary>What belongs to a column in its own table: how the column is declared, and the constraints and indexes that mention it.</summary>
internal static class OwnObjects
{
    /// <param name="table">The table as it is.</param>
    /// <param name="column">The column, as it is stored.</param>
    /// <param name="but">Constraints and indexes that do not count.</param>
    public static IEnumerable<CarriedObject> Of(TableSnapshot table, Identifier column, ImmutableArray<Identifier> but)
    {
        if (table.Find(column) is not { } found)
        {
            yield break;
        }

        yield return new CarriedObject($"column {column} of {table.Name}", Words(found));
        foreach (var constraint in table.Constraints.Where(c => table.Mentions(c, column) && Counts(c.Name, but)))
        {
            yield return new CarriedObject($"constraint {constraint.Name} of {table.Name}", [constraint.Definition, constraint.Comment ?? ""]);
        }

        // An index that is not valid is being built by somebody, or was given up: it is nobody's loss.
        foreach (var index in table.Indexes.Where(i => i.Valid && i.Columns.Contains(column) && Counts(i.Name, but)))
        {
            yield return new CarriedObject(
                $"index {index.Name}",
                [
                    index.Unique ? "UNIQUE" : "", index.Definition, index.Comment ?? "",
                    index.Name == table.ReplicaIdentity ? "REPLICA IDENTITY" : "",
                ]);
        }
    }

    private static bool Counts(Identifier name, ImmutableArray<Identifier> but) => !ReservedNames.IsOurs(name) && !but.Contains(name);

    private static ImmutableArray<string> Words(ColumnSnapshot column) =>
    [
        column.Type, column.Nullable ? "" : "NOT NULL", column.Default ?? "", column.Identity.ToString(), column.Collation ?? "", column.Comment ?? "",
        column.Storage ?? "", column.Compression ?? "", column.StatisticsTarget?.ToString(CultureInfo.InvariantCulture) ?? "",
        .. column.Grants.Select(grant => grant.ToString()),
    ];
}
