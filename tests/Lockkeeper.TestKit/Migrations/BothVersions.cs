using Lockkeeper.Backfill;
using Lockkeeper.Migrations;
using Lockkeeper.Model.Naming;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.TestKit.Migrations;

/// <summary>A database in which a migration was started, with one client of each version.</summary>
public sealed class BothVersions : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly NpgsqlDataSource _source;
    private readonly Session _old;
    private readonly Session _young;

    private BothVersions(TestDatabase database, NpgsqlDataSource source, Session old, Session young, Migrator migrator) =>
        (_database, _source, _old, _young, Migrator) = (database, source, old, young, migrator);

    public Migrator Migrator { get; }

    public TestDatabase Database => _database;

    /// <summary>Runs statements as a client of the old version.</summary>
    public Task OldAsync(string sql) => _old.ExecuteAsync(sql, TestContext.Current.CancellationToken);

    /// <summary>Runs statements as a client of the new version.</summary>
    public Task NewAsync(string sql) => _young.ExecuteAsync(sql, TestContext.Current.CancellationToken);

    /// <summary>What a client of the old version reads: the first row's values as text, joined by bars.</summary>
    public Task<string> OldReadsAsync(string columnsAndFrom) => ReadAsync(_old, columnsAndFrom);

    /// <summary>What a client of the new version reads: the first row's values as text, joined by bars.</summary>
    public Task<string> NewReadsAsync(string columnsAndFrom) => ReadAsync(_young, columnsAndFrom);

    public static Migrator MigratorOf(NpgsqlDataSource source, Identifier schema) => new(
        source, new MigratorOptions { Schema = schema, Backfill = new BackfillOptions { Workers = 2 } }, TimeProvider.System,
        NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        await _old.DisposeAsync();
        await _young.DisposeAsync();
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    internal static async Task<BothVersions> StartAsync(
        PostgresFixture postgres, int version, string setup, string yaml, string schema, CancellationToken cancellationToken)
    {
        var database = await postgres.CloneAsync(version, cancellationToken);
        var name = new Identifier(schema);
        await database.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {name}; SET search_path = {name}; {setup}", cancellationToken);
        var source = Sources.Of(database);
        var migrator = MigratorOf(source, name);
        await migrator.InitializeAsync(cancellationToken);
        await migrator.StartAsync(Migration.Parse(yaml, $"{Cycle.MigrationName}.yaml"), null, cancellationToken);
        var old = await database.OpenSessionAsync(cancellationToken);
        var young = await database.OpenSessionAsync(cancellationToken);
        await old.ExecuteAsync($"SET search_path = {name}", cancellationToken);
        await young.ExecuteAsync($"SET search_path = {new Identifier($"{schema}_{Cycle.MigrationName}")}", cancellationToken);
        return new BothVersions(database, source, old, young, migrator);
    }

    private static async Task<string> ReadAsync(Session session, string columnsAndFrom)
    {
        var rows = await session.QueryAsync(
            $"SELECT array_to_string(ARRAY(SELECT coalesce(value, 'NULL') FROM json_each_text(to_json(r)) WITH ORDINALITY), '|') FROM (SELECT {columnsAndFrom}) r",
            TestContext.Current.CancellationToken);
        return (string)rows[0][0]!;
    }
}
