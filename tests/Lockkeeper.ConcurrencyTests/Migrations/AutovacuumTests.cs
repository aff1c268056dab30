using System.Collections.Immutable;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.ConcurrencyTests.Migrations;

/// <summary>An autovacuum works at the table for longer than anybody's patience.</summary>
public sealed class AutovacuumTests
{
    // One page, then a tenth of a second of sleep: far more than a minute for this table.
    private const string Setup = """
        CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL)
            WITH (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0,
                  autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1);
        INSERT INTO items SELECT i, repeat('x', 100) FROM generate_series(1, 60000) i;
        UPDATE items SET name = name || '.';
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task It_gives_way_to_a_migration_without_a_client_noticing(int version)
    {
        await using var server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                Version = version,
                Settings = ImmutableSortedDictionary<string, string>.Empty.Add("autovacuum", "on").Add("autovacuum_naptime", "1s"),
            },
            Cancellation);
        await using var scene = await MigrationScene.CreateAsync(
            new TestDatabase(version, await server.CreateDatabaseAsync(null, Cancellation)), Setup, Cancellation);
        await using var client = await scene.Database.OpenSessionAsync(Cancellation);
        await client.WaitUntilAsync(
            """
            EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
                    WHERE l.relation = 'items'::regclass AND a.backend_type = 'autovacuum worker')
            """,
            Cancellation);
        var impatient = scene.Options with { LockPatience = TimeSpan.FromSeconds(8) };

        var starting = scene.Migrator(impatient).StartAsync(
            Migration.Parse(
                "operations: [add_column: { table: items, up: upper(name), column: { name: shout, type: text, nullable: true } }]",
                "02_change.yaml"),
            null,
            Cancellation);
        // Shorter than the wait for the autovacuum.
        await client.ExecuteAsync("SET statement_timeout = '900ms'", Cancellation);
        do
        {
            await client.ExecuteAsync("UPDATE items SET name = name || '.' WHERE id = 2", Cancellation);
        }
        while (!starting.IsCompleted);

        await starting;
        Assert.Equal(0, await scene.CountAsync("public_02_change.items WHERE shout IS DISTINCT FROM upper(name)", Cancellation));
    }
}
