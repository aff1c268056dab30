using System.Collections.Immutable;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Reading;

/// <summary>Reads what a schema holds into a value. Takes no lock beyond the catalog's own and needs no right but to connect.</summary>
public static class CatalogReader
{
    /// <summary>Reads the schema: one query for each kind of object, all in one snapshot.</summary>
    /// <param name="connection">An open connection outside a transaction.</param>
    /// <param name="schema">The schema to read.</param>
    /// <param name="cancellationToken">Stops reading; nothing was changed.</param>
    /// <returns>The snapshot, or null when there is no such schema.</returns>
    public static async Task<SchemaSnapshot?> ReadAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var transaction = await connection
            .BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            return await ReadInTransactionAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether there is such a schema.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="cancellationToken">Stops reading; nothing was changed.</param>
    public static async Task<bool> ExistsAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken = default) =>
        await SchemaQuery.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>The same in the caller's transaction, whose search path is empty afterwards.</summary>
    internal static async Task<SchemaSnapshot?> ReadInTransactionAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        // With an empty search path every name that the server prints is qualified, whoever reads it later.
        // The planner takes these queries for large ones, and compiling one takes a hundred times as long as running it (2.1 s of 2.1 s
        // for the columns' dependents of an empty schema, PostgreSQL 15 with LLVM, on a busy machine).
        await connection.ExecuteAsync(
            "SELECT set_config('search_path', '', true), set_config('jit', 'off', true)", cancellationToken).ConfigureAwait(false);
        var grants = await SchemaQuery.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        if (grants is null)
        {
            return null;
        }

        var tables = await TablesQuery.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        var columns = await ColumnsQuery.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        var constraints = await ConstraintsQuery.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        var indexes = await IndexesQuery.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        var triggers = await TriggersQuery.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        var dependents = await DependentsQuery.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);

        return new SchemaSnapshot(schema, SchemaSnapshot.NoTables.AddRange(tables.Select(table =>
            KeyValuePair.Create(table.Snapshot.Name.Value, table.Snapshot with
            {
                Columns = Of(columns, table.Oid),
                Constraints = Of(constraints, table.Oid),
                Indexes = Of(indexes, table.Oid),
                Triggers = Of(triggers, table.Oid),
                Dependents = Of(dependents, table.Oid),
            }))))
        {
            Grants = grants.Value,
        };
    }

    private static ImmutableArray<T> Of<T>(ILookup<uint, T> items, uint table) => [.. items[table]];
}
