using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Dependents;

/// <summary>The planner of the server knows the values of new columns before anybody asks for them.</summary>
public sealed class StatisticsTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE INDEX by_half ON orders ((price / 2));
        CREATE STATISTICS together (ndistinct) ON price, customer FROM orders;
        CREATE TABLE events (id int NOT NULL, kind text NOT NULL) PARTITION BY RANGE (id);
        CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (100);
        CREATE TABLE events_2 PARTITION OF events DEFAULT;
        INSERT INTO events SELECT i, 'k' || i % 7 FROM generate_series(1, 300) i;
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Columns_have_statistics_when_the_new_version_becomes_the_only_one(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup + Setup, Cancellation);
        await scene.StartAsync(
            Yaml.Of(
                Yaml.AlterColumn("price", "type: bigint", "price % 10", "price"),
                Yaml.AlterColumn("kind", "type: varchar(9)", "upper(kind)", "lower(kind)", "events")),
            Cancellation);
        var swapped = "";
        var events = Events.When(
            e => e is MigrationEvent.StageDone { Stage: TransactionStage },
            async () => swapped = $"{await SampledAsync(scene, "price")} {await SampledAsync(scene, "expr")} {await SampledAsync(scene, "kind")}");

        await scene.Migrator().CompleteAsync(events, Cancellation);

        // 10 values of price, 5 of its half; those of each of both partitions, and of the whole.
        Assert.Equal("10 5 21", swapped);
        Assert.Equal(1, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM pg_stats_ext WHERE statistics_name = 'together' AND n_distinct IS NOT NULL", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task A_column_that_gets_its_type_where_it_is_and_an_index_over_an_expression_have_statistics(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, Orders.Setup + "ALTER TABLE orders ADD code varchar(20); UPDATE orders SET code = id % 5; ANALYZE orders;", Cancellation);
        await scene.StartAsync(
            Yaml.Of(
                Yaml.AlterColumn("code", "type: varchar(30)"),
                "create_index: {name: by_last, table: orders, columns: [{expression: \"id % 3\"}]}"),
            Cancellation);
        Assert.Equal(3, await SampledAsync(scene, "expr"));

        await scene.Migrator().CompleteAsync(null, Cancellation);

        Assert.Equal(5, await SampledAsync(scene, "code"));
    }

    // How many distinct values the server knows of in a column, in all relations together.
    private static Task<double> SampledAsync(MigrationScene scene, string column) => scene.Database.ScalarAsync<double>(
        $"SELECT coalesce(sum(CASE WHEN n_distinct < 0 THEN -n_distinct * 600 ELSE n_distinct END), 0)::float8 FROM pg_stats WHERE schemaname = 'public' AND attname = '{column}'", Cancellation);
}
