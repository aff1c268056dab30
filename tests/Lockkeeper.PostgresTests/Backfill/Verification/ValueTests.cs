using Lockkeeper.Backfill;
using Lockkeeper.Model.Naming;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill.Verification;

/// <summary>Rows that nobody has written since they were filled are compared with their expressions.</summary>
public sealed class ValueTests(PostgresFixture postgres)
{
    private const int Rows = 20_000;

    private static readonly BackfillOptions Verified = new() { Workers = 2, Verify = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task What_clients_wrote_meanwhile_is_theirs_and_all_else_is_compared(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(Rows, Cancellation);
        var filled = 0L;

        var report = await scene.Backfiller(Verified, new SteppingTime()).RunAsync(
            job,
            OnProgress.HalfWay(async () =>
            {
                filled = await scene.CountAsync("orders", "\"Pending\" IS NULL AND id BETWEEN 1 AND 500", Cancellation);
                await scene.Database.ExecuteAsync(
                    """
                    SET lockkeeper.version = 'new'; UPDATE orders SET note = 'mine' WHERE id BETWEEN 1 AND 500;
                    SET lockkeeper.version = ''; UPDATE orders SET name = 'changed' WHERE id BETWEEN 501 AND 600;
                    INSERT INTO orders (id, name) SELECT g, 'new ' || g FROM generate_series(100001, 100100) AS g
                    """,
                    Cancellation);
            }),
            Cancellation);

        Assert.True(filled > 0, "No row was filled before it was written.");
        Assert.Equal(Rows - 600, report.RowsCompared);
        Assert.Equal(500, await scene.CountAsync("orders", "note = 'mine'", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task A_value_that_is_another_each_time_is_found_and_its_row_named(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.CreateTableAsync("orders", 1000, Cancellation);
        var job = await scene.PrepareAsync(
            "orders", "CASE WHEN lockkeeper_row.id IN (7, 8) THEN pg_catalog.random()::text ELSE upper(lockkeeper_row.name) END", Cancellation);

        var differs = await Assert.ThrowsAsync<BackfillException>(() => scene.Backfiller(Verified).RunAsync(job, cancellationToken: Cancellation));

        Assert.Equal("LK2021", differs.Code);
        Assert.Contains("2 rows of \"public\".\"orders\"", differs.Message, StringComparison.Ordinal);
        Assert.Contains("(\"id\") = (7)", differs.Message, StringComparison.Ordinal);
        Assert.Equal(0, await scene.CountAsync("lockkeeper.backfills", "finished_at IS NOT NULL", Cancellation));

        // Somebody who has looked at them writes them, and then they are theirs.
        await scene.Database.ExecuteAsync("SET lockkeeper.version = 'new'; UPDATE orders SET note = 'seen' WHERE id IN (7, 8)", Cancellation);
        Assert.Equal(998, (await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation)).RowsCompared);
    }

    [Fact]
    public async Task A_value_is_compared_after_the_conversion_that_storing_it_did()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        await scene.CreateTableAsync("orders", 1000, Cancellation);
        var job = await scene.PrepareAsync("orders", "(lockkeeper_row.id / 3.0)", Cancellation);
        await scene.Database.ExecuteAsync("ALTER TABLE orders DROP COLUMN note, ADD COLUMN note numeric(10, 2)", Cancellation);

        Assert.Equal(1000, (await scene.Backfiller(Verified).RunAsync(job, cancellationToken: Cancellation)).RowsCompared);
    }

    [Fact]
    public async Task Rows_in_partitions_are_compared_each_by_its_own_table()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        await scene.Database.ExecuteAsync(
            """
            CREATE TABLE orders (id int, name text) PARTITION BY RANGE (id);
            CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (1) TO (51);
            CREATE TABLE orders_2 PARTITION OF orders DEFAULT;
            INSERT INTO orders SELECT g, 'name ' || g FROM generate_series(1, 100) AS g
            """,
            Cancellation);
        var job = await scene.PrepareAsync("orders", "upper(lockkeeper_row.name)", Cancellation);

        Assert.Equal(100, (await scene.Backfiller(Verified).RunAsync(job, cancellationToken: Cancellation)).RowsCompared);

        // Not by a client: the trigger is told that it is the backfill's.
        await scene.Database.ExecuteAsync(
            "SET lockkeeper.version = '(backfill)'; UPDATE orders SET note = 'wrong' WHERE id = 77; UPDATE lockkeeper.backfills SET finished_at = NULL", Cancellation);
        var differs = await Assert.ThrowsAsync<BackfillException>(() => scene.Backfiller(Verified).RunAsync(job, cancellationToken: Cancellation));
        Assert.Contains("1 rows of \"public\".\"orders_2\"", differs.Message, StringComparison.Ordinal);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Partitions_that_are_renamed_or_dropped_while_others_are_compared_are_found_or_forgotten(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);

        // Whoever compares waits in the first partition for as long as somebody has the advisory lock.
        await scene.Database.ExecuteAsync(
            """
            CREATE TABLE orders (id int, name text) PARTITION BY RANGE (id);
            CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (1) TO (51);
            CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM (51) TO (101);
            CREATE TABLE orders_3 PARTITION OF orders DEFAULT;
            INSERT INTO orders SELECT g, 'name ' || g FROM generate_series(1, 150) AS g;
            CREATE FUNCTION slow(name text) RETURNS text LANGUAGE plpgsql AS $body$
            BEGIN
                IF name = 'name 1' AND current_query() LIKE '%record_image_ne%' THEN
                    PERFORM pg_advisory_xact_lock_shared(1);
                END IF;
                RETURN upper(name);
            END $body$
            """,
            Cancellation);
        var job = await scene.PrepareAsync("orders", "slow(lockkeeper_row.name)", Cancellation);
        await using var somebody = await scene.Database.OpenSessionAsync(Cancellation);
        await somebody.ExecuteAsync("SELECT pg_advisory_lock(1)", Cancellation);

        var running = scene.Backfiller(Verified).RunAsync(job, cancellationToken: Cancellation);
        await somebody.WaitUntilAsync(
            $"EXISTS (SELECT FROM pg_stat_activity WHERE {somebody.Backend} = ANY(pg_blocking_pids(pid)))", Cancellation);
        await somebody.ExecuteAsync("ALTER TABLE orders_2 RENAME TO \"Old 2\"; DROP TABLE orders_3; SELECT pg_advisory_unlock(1)", Cancellation);

        Assert.Equal(100, (await running).RowsCompared);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_condition_a_value_that_a_trigger_changes_is_refused_with_its_chunk(bool ordered)
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        await scene.CreateTableAsync("orders", 1000, Cancellation);
        var job = new BackfillJob
        {
            Name = "plain",
            Table = new TableName(new Identifier("public"), new Identifier("orders")),
            Condition = "lockkeeper_row.padding LIKE 'x%'",
            Order = ordered ? new BackfillOrder([new Identifier("id")], false) : null,
            Assignments = [new BackfillAssignment(new Identifier("padding"), "upper(lockkeeper_row.name)")],
        };
        await scene.Database.ExecuteAsync(
            """
            CREATE FUNCTION censor() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.padding := ''censored''; RETURN NEW; END';
            CREATE TRIGGER censor BEFORE UPDATE ON orders FOR EACH ROW WHEN (OLD.id = 700) EXECUTE FUNCTION censor()
            """,
            Cancellation);

        var refused = await Assert.ThrowsAsync<BackfillException>(() => scene.Backfiller(Verified).RunAsync(job, cancellationToken: Cancellation));

        Assert.Equal("LK2030", refused.Code);
        Assert.Equal(0, await scene.CountAsync("orders", "padding = 'censored'", Cancellation));

        await scene.Database.ExecuteAsync("DROP TRIGGER censor ON orders", Cancellation);
        Assert.Equal(1000, (await scene.Backfiller(Verified).RunAsync(job, cancellationToken: Cancellation)).RowsCompared);
    }
}
