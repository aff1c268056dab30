using Lockkeeper.Backfill;
using Lockkeeper.Migrations;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.TestKit.Migrations;

/// <summary>A database of one test's own, prepared, with a migrator and the catalog as it was in the beginning.</summary>
public sealed class MigrationScene : IAsyncDisposable
{
    private MigrationScene(TestDatabase database, Identifier schema)
    {
        Database = database;
        Schema = schema;
        Source = Sources.Of(database);
    }

    public TestDatabase Database { get; }

    public Identifier Schema { get; }

    public NpgsqlDataSource Source { get; }

    /// <summary>What the database held after it was prepared.</summary>
    public string Before { get; private set; } = "";

    public MigratorOptions Options => new() { Schema = Schema, Backfill = new BackfillOptions { Workers = 2 } };

    public static async Task<MigrationScene> CreateAsync(
        PostgresFixture postgres, int version, string setup, CancellationToken cancellationToken, string schema = "public")
    {
        ArgumentNullException.ThrowIfNull(postgres);
        return await CreateAsync(await postgres.CloneAsync(version, cancellationToken), setup, cancellationToken, schema);
    }

    public static async Task<MigrationScene> CreateAsync(
        TestDatabase database, string setup, CancellationToken cancellationToken, string schema = "public")
    {
        var scene = new MigrationScene(database, new Identifier(schema));
        await scene.Database.ExecuteAsync(
            $"CREATE SCHEMA IF NOT EXISTS {scene.Schema}; SET search_path = {scene.Schema}; {setup}", cancellationToken);
        await scene.Migrator().InitializeAsync(cancellationToken);
        await scene.RememberAsync(cancellationToken);
        return scene;
    }

    /// <summary>From now on, this is how the database was before.</summary>
    public async Task RememberAsync(CancellationToken cancellationToken) =>
        Before = await CatalogText.ReadAsync(Database, cancellationToken);

    public Migrator Migrator(MigratorOptions? options = null, NpgsqlDataSource? source = null) =>
        new(source ?? Source, options ?? Options, TimeProvider.System, NullLoggerFactory.Instance);

    /// <summary>A data source whose sessions act in another role.</summary>
    public NpgsqlDataSource As(string role) =>
        ServerDataSource.Create(new ConnectionOptions { Text = Database.ConnectionString, Role = role });

    public Task<MigrationReport> StartAsync(string yaml, CancellationToken cancellationToken, string name = "02_change") =>
        Migrator().StartAsync(Migration.Parse(yaml, $"{name}.yaml"), null, cancellationToken);

    /// <summary>A count, over the tables of the schema.</summary>
    public async Task<long> CountAsync(string from, CancellationToken cancellationToken)
    {
        await using var connection = await Database.OpenAsync(cancellationToken);
        await connection.ExecuteAsync($"SET search_path = {Schema}", cancellationToken);
        return await connection.ScalarAsync<long>($"SELECT count(*) FROM {from}", cancellationToken);
    }

    /// <summary>The catalog is as it was, and the state tables know of no migration but complete ones.</summary>
    public async Task AssertAsBeforeAsync(CancellationToken cancellationToken)
    {
        Assert.Equal(Before, await CatalogText.ReadAsync(Database, cancellationToken));
        await AssertNothingUnderWayAsync(cancellationToken);
    }

    /// <summary>Neither the tables nor the state tables hold anything of a migration under way.</summary>
    /// <remarks>The server keeps in an index the name that a column had when the index was built, also after ALTER TABLE ... RENAME COLUMN.</remarks>
    public async Task AssertNothingUnderWayAsync(CancellationToken cancellationToken) => Assert.Empty(await Database.QueryAsync(
        """
        SELECT 'migration ' || name || ' ' || state FROM lockkeeper.migrations WHERE state <> 'complete'
        UNION ALL SELECT 'backfill ' || name FROM lockkeeper.backfills
        UNION ALL SELECT 'range of ' || backfill FROM lockkeeper.backfill_ranges
        UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'lockkeeper'::regnamespace
        UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE tgname LIKE '%lockkeeper%'
        UNION ALL SELECT 'column ' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE attname LIKE '\_lockkeeper%' AND NOT attisdropped AND relkind IN ('r', 'p', 'v', 'm')
        UNION ALL SELECT 'relation ' || relname FROM pg_class WHERE relname LIKE '\_lockkeeper%'
        UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE conname LIKE '\_lockkeeper%'
        """,
        cancellationToken));

    /// <summary>The verb fails before it changes anything: neither a table nor a state table.</summary>
    public async Task<T> AssertRefusedAsync<T>(Func<Task> verb, CancellationToken cancellationToken)
        where T : Exception
    {
        ArgumentNullException.ThrowIfNull(verb);
        var (catalog, state) = (await CatalogText.ReadAsync(Database, cancellationToken), await StateAsync(cancellationToken));
        var refused = await Assert.ThrowsAsync<T>(verb);
        Assert.Equal(catalog, await CatalogText.ReadAsync(Database, cancellationToken));
        Assert.Equal(state, await StateAsync(cancellationToken));
        TestContext.Current.TestOutputHelper?.WriteLine(refused.Message);
        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await Database.DisposeAsync();
    }

    private Task<string> StateAsync(CancellationToken cancellationToken) => Database.ScalarAsync<string>(
        """
        SELECT concat((SELECT json_agg(m) FROM lockkeeper.migrations m), (SELECT json_agg(j) FROM lockkeeper.journal j),
                      (SELECT json_agg(b) FROM lockkeeper.backfills b), (SELECT json_agg(r) FROM lockkeeper.backfill_ranges r))
        """,
        cancellationToken);
}
