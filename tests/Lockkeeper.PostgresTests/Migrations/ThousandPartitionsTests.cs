using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>A table of a thousand partitions: planned, filled and completed in a time that grows with their number and not with its square.</summary>
public sealed class ThousandPartitionsTests(PostgresFixture postgres)
{
    private const int Rows = 20_000;

    private const string Readings = """
        CREATE TABLE readings (id bigint PRIMARY KEY, name text NOT NULL) PARTITION BY RANGE (id);
        DO $body$ BEGIN
            FOR i IN 0..999 LOOP
                EXECUTE format('CREATE TABLE readings_%s PARTITION OF readings FOR VALUES FROM (%s) TO (%s)', i, i * 20, i * 20 + 20);
            END LOOP;
        END $body$;
        INSERT INTO readings SELECT i, 'name ' || i FROM generate_series(0, 19999) AS i;
        """;

    private const string Loud = """
        operations:
          - add_column: { table: readings, up: upper(name), column: { name: loud, type: text, nullable: false } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // About 10 s on two busy cores.
    [Fact(Timeout = 120_000)]
    public async Task Each_partition_costs_one_row_of_state_and_little_time()
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, PostgresVersions.First, Readings, Cancellation);

        await scene.StartAsync(Loud, Cancellation);

        Assert.Equal(1_000, await scene.CountAsync("lockkeeper.backfill_ranges", Cancellation));
        Assert.Equal(Rows, await scene.CountAsync("public_02_change.readings WHERE loud = upper(name)", Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }
}
