using System.Collections.Immutable;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.Migrations.Reading;
using Lockkeeper.Migrations.State;
using Lockkeeper.Model.Catalog;
using Lockkeeper.Server.Reading;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>The way to the database that every verb takes: the options fit, the server is new enough, the state is there, nobody else runs.</summary>
internal sealed class Door(NpgsqlDataSource dataSource, MigratorOptions options, TimeProvider time)
{
    private const int OldestServer = 14;

    private readonly MigrationStore _store = new(options.Schema);

    /// <summary>A session of a server that is new enough.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Problems() is { IsEmpty: false } problems)
        {
            throw Failures.BadOptions(problems);
        }

        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        if (connection.PostgreSqlVersion.Major >= OldestServer)
        {
            await PgrollSilence.KeepAsync(connection, cancellationToken).ConfigureAwait(false);
            return connection;
        }

        var major = connection.PostgreSqlVersion.Major;
        await connection.DisposeAsync().ConfigureAwait(false);
        throw Failures.UnsupportedServer(major);
    }

    /// <summary>The lock of the schema's, once the state is known to be there.</summary>
    public async Task<RunLock> OpenLockedAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        await RequireStateAsync(connection, cancellationToken).ConfigureAwait(false);
        return await RunLock.TakeAsync(dataSource, options.Schema, options.RunPatience, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The history of the schema, oldest first.</summary>
    public async Task<ImmutableArray<MigrationRecord>> ReadHistoryAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        if (!await MigrationStore.ExistsAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            throw Failures.NotInitialized();
        }

        await RightsReader.RefuseMissingOnHistoryAsync(connection, cancellationToken).ConfigureAwait(false);
        var history = await _store.ReadAllAsync(connection, cancellationToken).ConfigureAwait(false);

        // A name that was mistyped would otherwise look like a schema without migrations.
        return history.IsEmpty && !await CatalogReader.ExistsAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false)
            ? throw Refusals.NoSuchSchema(options.Schema)
            : history;
    }

    /// <summary>The schema as it is.</summary>
    public async Task<SchemaSnapshot> ReadSchemaAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await CatalogReader.ReadAsync(connection, options.Schema, cancellationToken).ConfigureAwait(false)
        ?? throw Refusals.NoSuchSchema(options.Schema);

    private static async Task RequireStateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await MigrationStore.ExistsAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            throw Failures.NotInitialized();
        }

        await RightsReader.RefuseMissingOnStateAsync(connection, cancellationToken).ConfigureAwait(false);
    }
}
