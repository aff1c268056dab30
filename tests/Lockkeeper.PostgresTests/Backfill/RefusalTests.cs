using Lockkeeper.Backfill;
using Lockkeeper.Model.Naming;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>What a backfill refuses or cannot do, with the code and the words that help.</summary>
public sealed class RefusalTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task A_row_that_the_expression_refuses_is_named_by_its_key_and_all_is_well_once_it_is_corrected(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.CreateTableAsync("orders", rows: 20_000, Cancellation);
        await scene.Database.ExecuteAsync("UPDATE orders SET name = id::text; UPDATE orders SET name = 'x' WHERE id = 12345", Cancellation);
        var job = await scene.PrepareAsync("orders", "lockkeeper_row.name", Cancellation);
        job = job with { Assignments = [new BackfillAssignment(new Identifier("note"), "lockkeeper_row.name::int::text")] };

        var error = await Assert.ThrowsAsync<BackfillException>(
            () => scene.Backfiller().RunAsync(job, cancellationToken: Cancellation));

        Assert.Equal("LK2003", error.Code);
        Assert.Contains("The row (\"id\") = (12345) of \"public\".\"orders\" was refused", error.Message, StringComparison.Ordinal);
        Assert.Contains("22P02", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await scene.CountAsync("orders", "id = 12345 AND \"Pending\" AND note IS NULL", Cancellation));

        await scene.Database.ExecuteAsync("UPDATE orders SET name = '12345' WHERE id = 12345", Cancellation);
        await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        await scene.AssertFilledAsync("orders", "name", Cancellation);
    }

    [Theory, EachPostgres]
    public async Task A_row_that_a_constraint_refuses_is_named_by_its_place_where_there_is_no_key(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        await scene.Database.ExecuteAsync("CREATE TABLE t (name text); INSERT INTO t VALUES ('a'), ('b'), (NULL), ('d')", Cancellation);
        var job = await scene.PrepareAsync("t", "lockkeeper_row.name", Cancellation);
        await scene.Database.ExecuteAsync("ALTER TABLE t ADD CHECK (\"Pending\" OR note IS NOT NULL) NOT VALID", Cancellation);

        var error = await Assert.ThrowsAsync<BackfillException>(
            () => scene.Backfiller().RunAsync(job, cancellationToken: Cancellation));

        Assert.Equal("LK2003", error.Code);
        Assert.Contains("at ctid (0,3)", error.Message, StringComparison.Ordinal);

        // How many others came before it depends on the stripes.
        Assert.Equal(0, await scene.CountAsync("t", "\"Pending\" <> (note IS NULL) OR note <> name", Cancellation));
        Assert.Equal(1, await scene.CountAsync("t", "\"Pending\" AND name IS NULL", Cancellation));
    }

    [Theory, EachPostgres]
    public async Task An_expression_that_takes_longer_than_a_chunk_may_is_filled_row_by_row(int version)
    {
        await using var scene = await Scene.CreateAsync(postgres, version, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 100, Cancellation);
        job = job with
        {
            // A row of its own would be quick enough; a block of them is not, and one row takes longer than a chunk may.
            Assignments = [new BackfillAssignment(
                new Identifier("note"), "upper(lockkeeper_row.name) || (SELECT '' FROM pg_sleep(CASE lockkeeper_row.id WHEN 50 THEN 0.8 ELSE 0.01 END))::text")],
        };

        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);

        Assert.True(report.StatementTimeouts > 0);
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    [Fact]
    public async Task A_pending_row_that_the_passes_could_not_have_seen_is_found_by_the_verification()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 5000, Cancellation);
        await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        await scene.Database.ExecuteAsync(
            "ALTER TABLE orders DISABLE TRIGGER carry_over; UPDATE orders SET \"Pending\" = true WHERE id IN (7, 8)", Cancellation);

        var error = await Assert.ThrowsAsync<BackfillException>(
            () => scene.Backfiller().RunAsync(job, cancellationToken: Cancellation));

        Assert.Equal("LK2005", error.Code);
        Assert.Contains("2 rows of \"public\".\"orders\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_statement_that_the_server_refuses_altogether_says_so()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 10, Cancellation);

        Assert.Equal("LK2004", await CodeOfAsync(scene, job with { Marker = new Identifier("nothing") }));
        Assert.Equal("LK2004", await CodeOfAsync(
            scene, job with { Assignments = [new(new Identifier("note"), "(SELECT x FROM public.no_such_table)")] }));

        // Of somebody who compares values it is the type that is asked for first.
        var gone = new BackfillJob { Name = "plain", Table = job.Table, Condition = "true", Assignments = [new(new Identifier("gone"), "1")] };
        Assert.Equal("LK2004", await CodeOfAsync(scene, gone, new BackfillOptions { Verify = true }));
        Assert.Equal("LK2002", await CodeOfAsync(
            scene, gone with { Name = "other", Table = job.Table with { Name = new Identifier("nothing") } }, new BackfillOptions { Verify = true }));
    }

    [Fact]
    public async Task A_table_that_is_not_there_or_not_ordinary_is_refused()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        await scene.CreateTableAsync("orders", rows: 10, Cancellation);
        await scene.Database.ExecuteAsync("CREATE VIEW seen AS SELECT * FROM orders", Cancellation);
        var job = await scene.PrepareAsync("orders", "upper(lockkeeper_row.name)", Cancellation);

        Assert.Equal("LK2002", await CodeOfAsync(scene, job with { Table = job.Table with { Name = new Identifier("nothing") } }));
        Assert.Equal("LK2002", await CodeOfAsync(scene, job with { Table = job.Table with { Name = new Identifier("seen") } }));
    }

    [Fact]
    public async Task Missing_state_tables_and_bad_options_are_refused()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 10, Cancellation);

        var options = await Assert.ThrowsAsync<BackfillException>(
            () => scene.Backfiller(new BackfillOptions { Workers = 0 }).RunAsync(job, cancellationToken: Cancellation));
        Assert.Equal("LK2008", options.Code);

        await scene.Database.ExecuteAsync("DROP SCHEMA lockkeeper CASCADE", Cancellation);
        Assert.Equal("LK2006", await CodeOfAsync(scene, job));
    }

    [Fact]
    public async Task A_policy_that_would_hide_rows_is_an_error_and_not_a_hole()
    {
        await using var scene = await Scene.CreateAsync(postgres, PostgresVersions.First, Cancellation);
        var job = await scene.PrepareOrdersAsync(rows: 10, Cancellation);
        await scene.Database.ExecuteAsync(
            """
            ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ALTER TABLE orders FORCE ROW LEVEL SECURITY;
            CREATE POLICY half ON orders USING (id <= 5)
            """,
            Cancellation);
        await using var limited = await LimitedRole.CreateAsync(scene, "orders", Cancellation);

        var error = await Assert.ThrowsAsync<BackfillException>(
            () => limited.Backfiller().RunAsync(job, cancellationToken: Cancellation));

        Assert.Equal("LK2004", error.Code);
        Assert.Equal(10, await scene.CountAsync("orders", "\"Pending\"", Cancellation));
    }

    private static async Task<string> CodeOfAsync(Scene scene, BackfillJob job, BackfillOptions? options = null) =>
        (await Assert.ThrowsAsync<BackfillException>(
            () => scene.Backfiller(options).RunAsync(job, cancellationToken: Cancellation))).Code;
}
