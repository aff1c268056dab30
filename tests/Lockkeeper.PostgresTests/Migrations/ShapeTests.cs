using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Tables of every shape go through a whole migration: start, roll back, start, complete.</summary>
public sealed class ShapeTests(PostgresFixture postgres)
{
    private const string Fill = "INSERT INTO orders (number, name) SELECT i, 'n' || i FROM generate_series(1, 5000) i;";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres("CREATE TABLE orders (number int NOT NULL, name text);" + Fill, InTurn = true)]
    [EachPostgres("CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number int NOT NULL, name text);" + Fill, InTurn = true)]
    [EachPostgres("CREATE TABLE orders (number int NOT NULL, name text) WITH (autovacuum_enabled = false);" + Fill, InTurn = true)]
    [EachPostgres("CREATE TABLE orders (gone int, number int NOT NULL, lost text, name text);" + Fill + "ALTER TABLE orders DROP gone, DROP lost;", InTurn = true)]
    [EachPostgres("CREATE TABLE orders (number int NOT NULL, name text, long text);" + Fill
        + "UPDATE orders SET long = (SELECT string_agg(md5(number || '/' || i), '') FROM generate_series(1, 200) i) WHERE number % 50 = 0;", InTurn = true)]
    [EachPostgres("""
        CREATE TABLE orders (number int NOT NULL, name text) PARTITION BY RANGE (number);
        CREATE TABLE few PARTITION OF orders FOR VALUES FROM (0) TO (1000);
        CREATE TABLE many PARTITION OF orders FOR VALUES FROM (1000) TO (9000) PARTITION BY LIST (number);
        CREATE TABLE rest PARTITION OF many DEFAULT;
        """ + Fill, InTurn = true)]
    [EachPostgres("CREATE TABLE orders (number int NOT NULL, name text);" + Fill + "DELETE FROM orders WHERE number % 3 = 0;", InTurn = true)]
    [EachPostgres("CREATE UNLOGGED TABLE orders (number int NOT NULL, name text);" + Fill, InTurn = true)]
    [EachPostgres("CREATE TABLE orders (number int NOT NULL, name text);", InTurn = true)]
    public async Task A_whole_migration_of_it_leaves_every_row_right(int version, string setup)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, setup, Cancellation);
        var content = await ContentAsync(scene);
        const string Yaml = """
            operations:
              - alter_column: { table: orders, column: name, type: "varchar(50)", up: "'<' || name || '>'", down: "trim(both '<>' from name)" }
              - add_column: { table: orders, up: number * 2, column: { name: double, type: bigint, nullable: true } }
            """;

        await scene.StartAsync(Yaml, Cancellation);
        Assert.Equal(0, await scene.CountAsync("public_02_change.orders WHERE name <> '<n' || number || '>' OR double IS DISTINCT FROM number * 2", Cancellation));
        Assert.Equal(content, await ContentAsync(scene));
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
        Assert.Equal(content, await ContentAsync(scene));

        await scene.StartAsync(Yaml, Cancellation);
        Assert.Empty((await scene.Migrator().CompleteAsync(null, Cancellation)).Drift);
        await scene.AssertNothingUnderWayAsync(Cancellation);
        Assert.Equal(0, await scene.CountAsync("orders WHERE name <> '<n' || number || '>' OR double IS DISTINCT FROM number * 2", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_null_from_up_stays_null(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        await scene.StartAsync(
            "operations: [add_column: { table: orders, up: \"NULLIF(price % 2, 0)\", column: { name: odd, type: int, nullable: true, default: \"5\" } }]",
            Cancellation);

        Assert.Equal(10_000, await scene.CountAsync("public_02_change.orders WHERE odd IS NULL", Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        Assert.Equal(10_000, await scene.CountAsync("orders WHERE odd IS NULL", Cancellation));
    }

    private static Task<string?> ContentAsync(MigrationScene scene) =>
        scene.Database.ScalarAsync<string?>("SELECT md5(string_agg(number || '/' || name, ',' ORDER BY number)) FROM orders", Cancellation);
}
