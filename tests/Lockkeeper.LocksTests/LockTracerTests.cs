using Lockkeeper.Locks;
using Lockkeeper.Locks.Tracing;
using Lockkeeper.Model.Locking;
using Lockkeeper.TestKit;

namespace Lockkeeper.LocksTests;

public sealed class LockTracerTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task Each_statement_shows_what_it_locked_and_the_database_is_as_it_was(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        var trace = await TraceAsync(scene, """
            -- adds a column; the comment's semicolon; is no end
            ALTER TABLE orders ADD COLUMN note text DEFAULT 'a;b';
            UPDATE orders SET note = $$x;y$$ WHERE id < 4;
            CREATE INDEX CONCURRENTLY ON orders (note);
            ALTER TABLE items ALTER COLUMN id TYPE text;
            """);

        Assert.True(trace.Succeeded);
        Assert.Equal([2, 3, 4, 5], trace.Statements.Select(s => s.Statement.Line));
        Assert.Equal([LockMode.AccessExclusive], trace.Statements[0].Locks.Select(l => l.Mode));
        Assert.Empty(trace.Statements[1].Locks);
        Assert.True(trace.Statements[2].NeedsNoTransaction);
        Assert.Equal("items", Assert.Single(trace.Statements[3].Rewritten).Name.Value);
        Assert.Equal(
            [("no-lock-timeout", "2,5"), ("work-under-lock", "3"), ("several-tables", "5"), ("rewrite", "5")],
            trace.Findings.Select(f => (f.Rule, string.Join(',', f.Rule == "work-under-lock" ? f.Lines[..1] : f.Lines))));
        Assert.StartsWith("2 statements ask for ACCESS EXCLUSIVE on orders and items without a lock_timeout", trace.Findings[0].Words, StringComparison.Ordinal);
        Assert.Contains("ACCESS EXCLUSIVE on orders and items: clients", trace.Findings[2].Words, StringComparison.Ordinal);
        Assert.Equal(0L, await scene.Database.ScalarAsync<long>(
            "SELECT count(*) FROM information_schema.columns WHERE column_name = 'note'", LockScene.Cancel));
    }

    [Theory, EachPostgres]
    public async Task A_migration_as_it_should_be_has_no_finding(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        var trace = await TraceAsync(scene, """
            BEGIN;
            SET LOCAL lock_timeout = '2s';
            ALTER TABLE orders ADD CONSTRAINT positive CHECK (n >= 0) NOT VALID;
            COMMIT;
            SET lock_timeout = '2s';
            ALTER TABLE orders VALIDATE CONSTRAINT positive;
            """, mayCommit: true);

        Assert.True(trace.Succeeded);
        Assert.Empty(trace.Findings);
        Assert.Equal(LockMode.ShareUpdateExclusive, Assert.Single(trace.Statements[^1].Locks).Mode);
        Assert.Equal(["positive"], trace.Statements[1].AddedNotValid);
        Assert.Equal(["positive"], trace.Statements[^1].Validated);
        Assert.Equal([1, 1, 2, 2], trace.Statements.Select(s => s.Transaction));
    }

    [Theory, EachPostgres]
    public async Task A_key_that_is_checked_at_once_and_a_blocking_index_are_found(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        var trace = await TraceAsync(scene, """
            SET lock_timeout = '2s';
            CREATE INDEX ON orders (n);
            ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES orders;
            """);

        Assert.Equal(["blocking-index", "validated-at-once"], trace.Findings.Select(f => f.Rule));
        Assert.Equal(["orders_id_fkey"], trace.Statements[^1].ValidatedAtOnce);
    }

    [Theory, EachPostgres]
    public async Task What_could_be_had_with_a_weaker_lock_is_said_with_the_way(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        var trace = await TraceAsync(scene, """
            SET lock_timeout = '2s';
            VACUUM FULL items;
            ALTER TABLE orders ADD UNIQUE (n, id);
            DROP INDEX CONCURRENTLY nothing;
            ALTER TABLE orders ADD CONSTRAINT there CHECK (n IS NOT NULL) NOT VALID;
            ALTER TABLE orders VALIDATE CONSTRAINT there;
            ALTER TABLE orders ALTER n SET NOT NULL;
            """);

        Assert.True(trace.Succeeded);
        Assert.Equal([("weaker-way", 2), ("weaker-way", 3)], trace.Findings.Where(f => f.Rule != "work-under-lock").Select(f => (f.Rule, f.Line)));
        Assert.Contains("CREATE UNIQUE INDEX CONCURRENTLY", trace.Findings[1].Words, StringComparison.Ordinal);
        Assert.Equal(CommandLocks.DropIndexConcurrently, trace.Statements[3].Command);
    }

    /// <remarks>Nothing is read, so there is nothing to be had with less.</remarks>
    [Theory, EachPostgres("bare", "weaker-way"), EachPostgres("proven", null)]
    public async Task Set_not_null_is_as_weak_as_can_be_where_a_check_proves_it(int version, string table, string? rule)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await scene.Database.ExecuteAsync(
            "CREATE TABLE bare AS SELECT 1 AS n; CREATE TABLE proven (n int CHECK (n IS NOT NULL)); INSERT INTO proven VALUES (1)", LockScene.Cancel);

        var trace = await TraceAsync(scene, $"SET lock_timeout = '2s'; ALTER TABLE {table} ALTER n SET NOT NULL");

        Assert.Equal(rule, trace.Findings.SingleOrDefault()?.Rule);
    }

    [Theory, EachPostgres]
    public async Task Rows_that_a_statement_locks_are_counted_by_table_and_strength(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await scene.Database.ExecuteAsync("INSERT INTO items VALUES (1, 3)", LockScene.Cancel);

        var trace = await TraceAsync(scene, """
            SELECT FROM orders WHERE id < 3 FOR UPDATE;
            SELECT FROM orders WHERE id BETWEEN 4 AND 6 FOR SHARE;
            INSERT INTO items VALUES (2, 7);
            UPDATE orders SET n = n + 1 WHERE id IN (8, 9);
            UPDATE orders SET id = 100 WHERE id = 10;
            DELETE FROM items WHERE id = 1;
            SELECT FROM orders WHERE id = 11 FOR NO KEY UPDATE;
            """);

        Assert.True(trace.Succeeded);
        (string, RowLock, bool, long)[][] rows =
        [
            [("orders", RowLock.Update, false, 2)],
            [("orders", RowLock.Share, false, 3)],
            [("orders", RowLock.KeyShare, false, 1)],
            [("orders", RowLock.NoKeyUpdate, true, 2)],
            [("orders", RowLock.Update, true, 1)],
            [("items", RowLock.Update, true, 1)],
            [("orders", RowLock.NoKeyUpdate, false, 1)],
        ];
        Assert.Equal(rows, trace.Statements.Select(s => s.Rows.Select(r => (r.Table.Name.Value, r.Strength, r.Changed, r.Rows)).ToArray()));
    }

    [Theory, EachPostgres]
    public async Task Nothing_stays_of_a_script_and_one_that_would_commit_is_refused(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        var whole = await TraceAsync(scene, "BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE orders SET n = 5; DROP TABLE items; COMMIT;");
        var refused = await Assert.ThrowsAsync<LocksException>(() => TraceAsync(scene, "UPDATE orders SET n = 6;\nBEGIN;\nUPDATE orders SET n = 7;\nCOMMIT"));
        var inside = await TraceAsync(scene, "UPDATE orders SET n = 8; DO 'BEGIN COMMIT; END'");
        var prepared = await TraceAsync(scene, "UPDATE orders SET n = 9; PREPARE TRANSACTION 'stays'", mayCommit: true);
        var rows = await TraceAsync(scene, "COPY orders FROM STDIN");

        Assert.True(whole.Succeeded);
        Assert.Equal(2, whole.Statements.Length);
        Assert.Equal("LK4010", refused.Code);
        Assert.Contains("Line 2 of the script, BEGIN,", refused.Message, StringComparison.Ordinal);
        Assert.Contains("invalid transaction termination", inside.Statements[^1].Error, StringComparison.Ordinal);
        Assert.Contains("outlives", prepared.Statements[^1].Error, StringComparison.Ordinal);
        Assert.Contains("over the connection", rows.Statements[^1].Error, StringComparison.Ordinal);
        Assert.Equal(0L, await scene.Database.ScalarAsync<long>(
            "SELECT sum(n) FROM orders WHERE to_regclass('items') IS NOT NULL AND NOT EXISTS (SELECT FROM pg_prepared_xacts WHERE gid = 'stays')",
            LockScene.Cancel));
    }

    [Theory, EachPostgres]
    public async Task A_statement_that_fails_ends_the_trace_and_says_why(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        var trace = await TraceAsync(scene, "SELECT FROM orders; SELECT FROM nothing_of_that_name; SELECT FROM items;");

        Assert.False(trace.Succeeded);
        Assert.Equal(2, trace.Statements.Length);
        Assert.Contains("nothing_of_that_name", trace.Statements[1].Error, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task A_script_may_have_savepoints_and_its_locks_go_with_them(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        var trace = await TraceAsync(scene, "SAVEPOINT s; LOCK TABLE orders; ROLLBACK TO s; SELECT FROM items; RELEASE s;");

        Assert.True(trace.Succeeded);
        Assert.Equal(LockMode.AccessExclusive, Assert.Single(trace.Statements[1].Locks).Mode);
        Assert.Empty(trace.Statements[3].HeldBefore);
    }

    [Theory, EachPostgres]
    public async Task What_is_to_be_done_once_is_said_once_for_each_transaction(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        var trace = await TraceAsync(scene, """
            BEGIN; SET LOCAL lock_timeout = '1s'; LOCK TABLE orders; UPDATE orders SET n = 1; UPDATE orders SET n = 2; COMMIT;
            BEGIN; SET LOCAL lock_timeout = '1s';
            LOCK TABLE orders; DELETE FROM items; SAVEPOINT s; LOCK TABLE items; ROLLBACK TO s; COMMIT;
            UPDATE orders SET n = 3;
            """, mayCommit: true);

        Assert.True(trace.Succeeded);
        Assert.Equal(["1", "3"], trace.Findings.Where(f => f.Rule == "work-under-lock").Select(f => string.Join(',', f.Lines)));
        Assert.StartsWith("2 statements work on rows while the transaction holds ACCESS EXCLUSIVE on orders,", trace.Findings.First(f => f.Rule == "work-under-lock").Words, StringComparison.Ordinal);
        Assert.Equal([3], Assert.Single(trace.Findings, f => f.Rule == "several-tables").Lines);
    }

    [Fact]
    public void A_script_is_cut_where_psql_would()
    {
        const string Script = """
            SELECT 'it''s; one', E'a\'; b', "a;""b";
            /* a /* nested; */ comment; */ SELECT 2;
            DO $body$ BEGIN PERFORM 1; END $body$;
            CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END;
            SELECT $1 -- no end
            """;

        var statements = TraceScript.Split(Script);

        Assert.Equal([1, 2, 3, 4, 5], statements.Select(s => s.Line));
        Assert.StartsWith("CREATE FUNCTION", statements[3].Sql, StringComparison.Ordinal);
        Assert.EndsWith("SELECT 2; END", statements[3].Sql, StringComparison.Ordinal);
    }

    private static Task<LockTrace> TraceAsync(LockScene scene, string script, bool mayCommit = false) =>
        new LockTracer(scene.DataSource, new LockTracerOptions { MayCommit = mayCommit }).TraceAsync(script, LockScene.Cancel);
}
