using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.Migrations.Planning;

/// <summary>Indexes that are built over a column's old type and have to serve its new one without being built again.</summary>
internal static class RetypedKeys
{
    /// <summary>Asks the server, for each column whose type changes in the swap, whether it would build the index again then.</summary>
    /// <param name="context">What is known.</param>
    /// <param name="table">The table.</param>
    /// <param name="unique">Whether the index is.</param>
    /// <param name="definition">What follows ON table, over the names that the new version sees.</param>
    /// <param name="columns">The columns that it mentions.</param>
    /// <param name="at">Where the file says so.</param>
    /// <exception cref="InvalidMigrationException">LK1158: it would.</exception>
    public static void Refuse(
        PlanningContext context, TableSnapshot table, bool unique, string definition, ImmutableArray<Identifier> columns, SourcePosition at)
    {
        foreach (var column in table.Columns.Where(c => columns.Contains(c.Name) && context.IsRetyped(table, c)))
        {
            var now = context.Present.Find(table.StoredAs)?.Columns.FirstOrDefault(c => c.Name == column.StoredAs);
            if (now is null)
            {
                throw Refusals.RetypedAndConstrained(at, column.Name);
            }

            var row = new TableSnapshot(
                table.Name,
                [.. table.Columns.Select(c => (c == column ? c with { Type = now.Type, Collation = now.Collation } : c).Completed() with { Default = null })])
            {
                Indexes = [new IndexSnapshot(new Identifier("lockkeeper_new"), unique, definition, columns)],
            };
            var change = context.Ask(new ProbeTypeChange(row, column.Name, InPlaceType.Text(now, column.Type)) { At = at, What = "type" });
            if (change.Obstacle is not null)
            {
                throw Refusals.RetypedAndConstrained(at, column.Name);
            }
        }
    }
}
