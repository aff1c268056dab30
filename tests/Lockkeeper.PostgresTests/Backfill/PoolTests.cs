using Lockkeeper.Backfill;
using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>Data sources that give few connections at a time. A wait for one that does not come is an error here, and not a pause.</summary>
public sealed class PoolTests(PostgresFixture postgres)
{
    private const int Rows = 20_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task A_pool_of_as_many_connections_as_workers_is_enough_also_when_the_table_is_rewritten(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        await using var source = SourceOf(scene, connections: 2);

        var report = await BackfillerOf(source, workers: 2, new SteppingTime()).RunAsync(
            job, OnProgress.HalfWay(() => scene.Database.ExecuteAsync("VACUUM FULL orders", Cancellation)), Cancellation);

        Assert.Equal(1, report.Restarts);
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Fact]
    public async Task A_pool_of_one_connection_is_refused_before_anything_is_run()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 10, Cancellation);
        await using var source = SourceOf(scene, connections: 1);

        var refused = await Assert.ThrowsAsync<BackfillException>(() => BackfillerOf(source, workers: 1, TimeProvider.System).RunAsync(job, cancellationToken: Cancellation));

        Assert.Equal("LK2008", refused.Code);
        Assert.Contains("room for 1 connection", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await scene.CountAsync("lockkeeper.backfills", "true", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_migration_holds_its_lock_over_one_of_the_connections_and_has_fewer_workers_for_it(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, "CREATE TABLE orders (id int PRIMARY KEY, name text); INSERT INTO orders SELECT g, 'n' || g FROM generate_series(1, 20000) g", Cancellation);
        await using var source = SourceOf(scene.Database, connections: 3);

        await scene.Migrator(source: source).StartAsync(
            Migration.Parse("operations: [{add_column: {table: orders, up: upper(name), column: {name: loud, type: text}}}]", "02_loud.yaml"), null, Cancellation);

        Assert.Equal(20_000, await scene.CountAsync("public_02_loud.orders WHERE loud = upper(name)", Cancellation));
    }

    private static NpgsqlDataSource SourceOf(Scene scene, int connections) => SourceOf(scene.Database, connections);

    private static NpgsqlDataSource SourceOf(TestDatabase database, int connections) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxPoolSize = connections, Timeout = 2 });

    private static Backfiller BackfillerOf(NpgsqlDataSource source, int workers, TimeProvider time) => new(
        source,
        new BackfillOptions { Workers = workers, ReconnectAttempts = 0, Throttles = [] },
        time,
        NullLoggerFactory.Instance);
}
