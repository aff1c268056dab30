using Lockkeeper.Backfill;
using Lockkeeper.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>What the tables may look like. Nobody else is writing here.</summary>
public sealed class BackfillerTests(PostgresFixture postgres)
{
    private const string Up = "upper(lockkeeper_row.name)";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres(InTurn = true)]
    public async Task Every_row_is_filled_once(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 100_000, Cancellation);

        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
        Assert.Equal(100_000, report.Rows);
        Assert.True(report.UserTriggersSilent);
        // A machine that stands still may cost a chunk its time; locks and rewrites there are none.
        Assert.Equal(0, report.LockTimeouts + report.Restarts);
        Assert.True(report.StatementTimeouts > 0 || report.RowsRevisited == 0, $"{report.RowsRevisited} rows were visited again.");
        Assert.Equal(1, await scene.CountAsync("lockkeeper.backfills", "finished_at IS NOT NULL", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Running_a_finished_job_again_changes_nothing_and_reports_the_same(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 1000, Cancellation);
        var first = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        var second = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        Assert.Null(second.Stripes);
        Assert.Equal(first with { Elapsed = second.Elapsed, Stripes = null }, second);
    }

    [Fact]
    public async Task A_deleted_job_leaves_no_state_and_deleting_it_again_is_harmless()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 10, Cancellation);
        await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        await scene.Backfiller().DeleteAsync(job.Name, Cancellation);
        await scene.Backfiller().DeleteAsync(job.Name, Cancellation);

        Assert.Equal(0, await scene.CountAsync("lockkeeper.backfills", "true", Cancellation));
        Assert.Equal(0, await scene.CountAsync("lockkeeper.backfill_ranges", "true", Cancellation));
    }

    [Fact]
    public async Task An_empty_table_is_done_at_once()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 0, Cancellation);

        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        Assert.Equal(0, report.Chunks);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_table_without_a_key_is_filled(int version) => await FillsAsync(
        version,
        "t",
        "CREATE TABLE t (name text); INSERT INTO t SELECT 'name ' || (g % 10) FROM generate_series(1, 5000) AS g");

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_table_with_a_generated_always_key_is_filled(int version) => await FillsAsync(
        version,
        "t",
        """
        CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text,
                        twice text GENERATED ALWAYS AS (name || name) STORED);
        INSERT INTO t (name) SELECT 'name ' || g FROM generate_series(1, 5000) AS g
        """);

    [Theory, EachPostgres(InTurn = true)]
    public async Task Mixed_case_and_reserved_names_are_no_matter(int version) => await FillsAsync(
        version,
        "\"Select\".\"Order \"\"By\"\"\"",
        """"
        CREATE SCHEMA "Select";
        CREATE TABLE "Select"."Order ""By""" ("user" int PRIMARY KEY, name text);
        INSERT INTO "Select"."Order ""By""" SELECT g, 'name ' || g FROM generate_series(1, 5000) AS g
        """");

    [Theory, EachPostgres(InTurn = true)]
    public async Task Partitions_of_partitions_are_filled(int version) => await FillsAsync(
        version,
        "t",
        """
        CREATE TABLE t (id int, name text) PARTITION BY RANGE (id);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (3000);
        CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (3000) TO (6000) PARTITION BY HASH (name);
        CREATE TABLE t2a PARTITION OF t2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE t2b PARTITION OF t2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE TABLE t3 PARTITION OF t DEFAULT;
        INSERT INTO t SELECT g, 'name ' || g FROM generate_series(1, 5000) AS g
        """);

    [Theory, EachPostgres(InTurn = true)]
    public async Task Toasted_rows_keep_their_values(int version) => await FillsAsync(
        version,
        "t",
        """
        CREATE TABLE t (name text, long text);
        ALTER TABLE t ALTER COLUMN long SET STORAGE EXTERNAL;
        INSERT INTO t SELECT repeat(chr(97 + g % 26), 5000), repeat('y', 9000) FROM generate_series(1, 300) AS g
        """,
        afterwards: "long = repeat('y', 9000)");

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_dropped_column_in_the_table_is_no_matter(int version) => await FillsAsync(
        version,
        "t",
        """
        CREATE TABLE t (gone int, id int PRIMARY KEY, name text);
        INSERT INTO t SELECT g, g, 'name ' || g FROM generate_series(1, 5000) AS g;
        ALTER TABLE t DROP COLUMN gone
        """);

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_row_whose_value_is_NULL_is_done_too(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.CreateTableAsync("orders", rows: 5000, Cancellation);
        var job = await scene.PrepareAsync("orders", "nullif(lockkeeper_row.name, 'name 7')", Cancellation);

        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        Assert.Equal(5000, report.Rows);
        await scene.AssertFilledAsync("orders", "nullif(name, 'name 7')", Cancellation);
        Assert.Equal(1, await scene.CountAsync("orders", "note IS NULL", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Wrong_statistics_do_not_make_it_read_the_table_for_every_chunk(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync(
            """
            CREATE TABLE t (id int PRIMARY KEY, name text) WITH (autovacuum_enabled = false);
            ANALYZE t;
            INSERT INTO t SELECT g, 'name ' || g FROM generate_series(1, 200000) AS g
            """,
            Cancellation);
        var job = await scene.PrepareAsync("t", Up, Cancellation);

        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        await scene.AssertFilledAsync("t", "upper(name)", Cancellation);
        var scans = await scene.Database.ScalarAsync<long>(
            "SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 't'",
            Cancellation);

        // TID range scans are counted here too: each block is read once for each of eight stripes, once for the rest and once to verify.
        Assert.True(scans <= 10 * 200_000, $"{scans} rows read by sequential scans in {report.Chunks} chunks");
        Assert.True(report.Chunks > 20, $"{report.Chunks} chunks would not tell a scan of the table for each from one for each stripe");
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task The_users_own_triggers_stay_silent(int version)
    {
        await using var scene = await WithUsersTriggerAsync(version);
        var job = await scene.PrepareAsync("orders", Up, Cancellation);

        await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        Assert.Equal(0, await scene.CountAsync("orders", "updated_at IS NOT NULL", Cancellation));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Where_the_role_may_not_silence_them_the_report_says_so_and_the_rows_are_filled(int version)
    {
        await using var scene = await WithUsersTriggerAsync(version);
        var job = await scene.PrepareAsync("orders", Up, Cancellation);
        await using var limited = await LimitedRole.CreateAsync(scene, "orders", Cancellation);

        var report = await limited.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        Assert.False(report.UserTriggersSilent);
        Assert.Equal(1000, await scene.CountAsync("orders", "updated_at IS NOT NULL", Cancellation));
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_pool_that_does_not_reset_its_connections_gets_them_back_as_they_were(int version)
    {
        const string Settings =
            """
            SELECT array_agg(name || '=' || setting ORDER BY name) FROM pg_settings
            WHERE setting IS DISTINCT FROM reset_val AND context IN ('user', 'superuser') AND name NOT LIKE 'tcp%'
            """;
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 1000, Cancellation);
        // The pool has no other connections than the two that are looked at.
        await using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString)
        {
            NoResetOnClose = true,
            MaxPoolSize = 2,
        });

        await new Backfiller(pool, new BackfillOptions { Workers = 1 }, TimeProvider.System, NullLoggerFactory.Instance)
            .RunAsync(job, cancellationToken: Cancellation);

        await using var first = await pool.OpenConnectionAsync(Cancellation);
        await using var second = await pool.OpenConnectionAsync(Cancellation);
        foreach (var connection in new[] { first, second })
        {
            Assert.Null(await connection.ScalarAsync<string[]?>(Settings, Cancellation));
            Assert.Equal("", await connection.ScalarAsync<string?>("SELECT coalesce(current_setting('lockkeeper.version', true), '')", Cancellation));
        }
    }

    private async Task FillsAsync(int version, string table, string sql, string afterwards = "true")
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync(sql, Cancellation);
        var job = await scene.PrepareAsync(table, Up, Cancellation);

        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        await scene.AssertFilledAsync(table, "upper(name)", Cancellation);
        Assert.Equal(await scene.CountAsync(table, "true", Cancellation), report.Rows);
        Assert.Equal(report.Rows, await scene.CountAsync(table, afterwards, Cancellation));
    }

    private async Task<Scene> WithUsersTriggerAsync(int version)
    {
        var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.CreateTableAsync("orders", rows: 1000, Cancellation);
        await scene.Database.ExecuteAsync(
            """
            ALTER TABLE orders ADD COLUMN updated_at timestamptz;
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
                $body$ BEGIN NEW.updated_at := now(); RETURN NEW; END $body$;
            CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()
            """,
            Cancellation);
        return scene;
    }
}
