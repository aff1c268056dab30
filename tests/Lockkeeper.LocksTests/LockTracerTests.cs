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
            [("no-lock-timeout", 2), ("work-under-lock", 3), ("no-lock-timeout", 5), ("rewrite", 5), ("several-tables", 5)],
            trace.Findings.Select(f => (f.Rule, f.Line)).Where(f => f != ("work-under-lock", 5)));
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
            """);

        Assert.True(trace.Succeeded);
        Assert.Empty(trace.Findings);
        Assert.Equal(LockMode.ShareUpdateExclusive, Assert.Single(trace.Statements[^1].Locks).Mode);
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

        var statements = ScriptSplitter.Split(Script);

        Assert.Equal([1, 2, 3, 4, 5], statements.Select(s => s.Line));
        Assert.StartsWith("CREATE FUNCTION", statements[3].Sql, StringComparison.Ordinal);
        Assert.EndsWith("SELECT 2; END", statements[3].Sql, StringComparison.Ordinal);
    }

    private static Task<LockTrace> TraceAsync(LockScene scene, string script) =>
        new LockTracer(scene.DataSource).TraceAsync(script, LockScene.Cancel);
}
