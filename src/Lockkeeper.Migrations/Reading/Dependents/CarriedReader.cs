using System.Collections.Immutable;
using Lockkeeper.Migrations.Format;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Planning.Dependents;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Migrations.Reading.Dependents;

/// <summary>Reads what would go over to a column's copy now, in the words in which a plan has it.</summary>
internal static class CarriedReader
{
    /// <summary>What has changed since the plan was made, each in words.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="columns">What the plan puts back.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<ImmutableArray<string>> ChangesAsync(
        NpgsqlConnection connection, ImmutableArray<CarriedColumn> columns, CancellationToken cancellationToken)
    {
        var changes = ImmutableArray.CreateBuilder<string>();
        foreach (var schema in columns.GroupBy(column => column.Table.Schema))
        {
            var now = await CatalogReader.ReadAsync(connection, schema.Key, cancellationToken).ConfigureAwait(false)
                ?? new SchemaSnapshot(schema.Key, SchemaSnapshot.NoTables);
            foreach (var column in schema)
            {
                changes.AddRange(CarriedChanges.Between(
                    column.Objects, await ReadAsync(connection, now, column, cancellationToken).ConfigureAwait(false)));
            }
        }

        return [.. changes.Distinct()];
    }

    private static async Task<IEnumerable<CarriedObject>> ReadAsync(
        NpgsqlConnection connection, SchemaSnapshot now, CarriedColumn column, CancellationToken cancellationToken)
    {
        var found = await DependentsReader.ReadAsync(
            connection,
            new FindDependents(column.Table, column.Column)
            {
                At = SourcePosition.Whole(column.Column.Value),
                What = "column",
                VersionSchemas = column.VersionSchemas,
            },
            cancellationToken).ConfigureAwait(false);
        return
        [
            .. now.Find(column.Table.Name) is { } table ? OwnObjects.Of(table, column.Column, column.Made) : [],
            .. found.All.Select(dependent => dependent.AsCarried()),
            .. found.Obstacles.Select(obstacle => new CarriedObject(obstacle, [])),
        ];
    }
}
