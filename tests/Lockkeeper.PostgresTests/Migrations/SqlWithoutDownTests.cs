using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>SQL of the user's own that says nothing of how to undo it: rolling back drops what it made, and nothing else.</summary>
public sealed class SqlWithoutDownTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres(false)]
    [EachPostgres(true)]
    public async Task What_it_made_is_dropped_and_it_can_be_started_again(int version, bool besideOthers)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        var change = Migration.Parse(
            $"""
            operations:
              - sql:
                  up: |
                    CREATE TYPE size AS ENUM ('s', 'm'); CREATE DOMAIN short AS text; CREATE TYPE pair AS (a int, b size); CREATE TYPE span AS RANGE (subtype = int);
                    CREATE SCHEMA parts; CREATE SEQUENCE numbers; CREATE COLLATION plain FROM "C"; CREATE TEMP TABLE passing (s size);
                    CREATE FUNCTION as_int(size) RETURNS int LANGUAGE sql AS 'SELECT 2'; CREATE CAST (size AS int) WITH FUNCTION as_int(size);
                    CREATE PROCEDURE nop() LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE total(int) (sfunc = int4pl, stype = int);
                    CREATE OPERATOR === (FUNCTION = texteq, LEFTARG = text, RIGHTARG = text);
                    CREATE TABLE parts.kinds (id serial PRIMARY KEY, size size DEFAULT 's', name short UNIQUE); CREATE INDEX ON parts.kinds (size);
                    INSERT INTO parts.kinds (name) VALUES ('one'), ('two');
                    CREATE VIEW seen AS SELECT id, customer FROM orders; CREATE VIEW beyond AS SELECT * FROM seen;
                    CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM parts.kinds; CREATE UNIQUE INDEX ON counted (count);
                    CREATE INDEX by_pad ON orders (pad); CREATE STATISTICS both_of (mcv) ON customer, price FROM orders;
                    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                    CREATE TRIGGER noted BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note();
                    CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON orders DEFERRABLE FOR EACH ROW EXECUTE FUNCTION note();
                    CREATE POLICY own ON orders USING (true); CREATE RULE quiet AS ON DELETE TO orders DO ALSO SELECT 1;
            {(besideOthers ? "  - add_column: { table: orders, up: customer, column: { name: shout, type: text } }" : "")}
            """,
            "02_change.yaml");

        await scene.Migrator().StartAsync(change, null, Cancellation);
        var rolledBack = await scene.Migrator().RollbackAsync(null, Cancellation);

        Assert.Empty(rolledBack.Notes);
        await scene.AssertAsBeforeAsync(Cancellation);
        await scene.Migrator().StartAsync(change, null, Cancellation);
        await scene.Migrator().CompleteAsync(null, Cancellation);
        Assert.Equal(2, await scene.CountAsync("parts.kinds", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task What_others_use_or_have_written_to_stays_and_is_said(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await scene.StartAsync(
            """
            operations:
              - sql:
                  up: |
                    CREATE TYPE size AS ENUM ('s'); CREATE FUNCTION f(size) RETURNS int LANGUAGE sql AS 'SELECT 2';
                    CREATE TABLE log (id serial, what text UNIQUE); INSERT INTO log (what) VALUES ('up'), ('gone'); CREATE TABLE seeded AS SELECT 1 AS id;
                    CREATE TABLE parted (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF parted DEFAULT;
                    ALTER TABLE orders ADD COLUMN kept int;
            """,
            Cancellation);
        await scene.Database.ExecuteAsync(
            "CREATE TABLE theirs (s size); UPDATE log SET what = 'theirs' WHERE what = 'up'; DELETE FROM log WHERE what = 'gone'; ALTER TABLE log RENAME TO notes", Cancellation);

        var rolledBack = await scene.Migrator().RollbackAsync(null, Cancellation);

        Assert.Equal(
            [
                "The migration's SQL made table public.notes, which stays: others have written rows into it.",
                "The migration's SQL made table public.parted, which stays: it has partitions, or is one.",
                "The migration's SQL made type public.size, which stays: it is used by column s of table theirs.",
            ],
            rolledBack.Notes);
        Assert.True(await scene.Database.ScalarAsync<bool>(
            """
            SELECT to_regclass('seeded') IS NULL AND to_regproc('f') IS NULL AND to_regclass('part') IS NOT NULL AND to_regclass('log_what_key') IS NOT NULL
               AND (SELECT what = 'theirs' FROM notes) AND (SELECT count(kept) = 0 FROM orders)
            """,
            Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task What_ran_outside_of_a_transaction_stays_and_is_said(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await scene.StartAsync("""operations: [{ sql: { up: "CREATE INDEX CONCURRENTLY by_pad ON orders (pad)" } }]""", Cancellation);

        var rolledBack = await scene.Migrator().RollbackAsync(null, Cancellation);

        Assert.Equal(["The migration's SQL ran outside of a transaction, where nobody can tell what it made: that stays."], rolledBack.Notes);
        Assert.Equal(1, await scene.CountAsync("pg_class WHERE relname = 'by_pad'", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task What_somebody_else_makes_at_the_same_time_is_not_taken_for_its_own(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await using var other = await Session.OpenAsync(scene.Database.ConnectionString, Cancellation);
        await other.ExecuteAsync("SELECT pg_advisory_lock(7)", Cancellation);
        var migrator = scene.Migrator(scene.Options with { LockTimeout = TimeSpan.FromSeconds(30) });
        var starting = migrator.StartAsync(
            Migration.Parse("""operations: [{ sql: { up: "CREATE TYPE mine AS ENUM (); SELECT pg_advisory_xact_lock(7)" } }]""", "02_change.yaml"), null, Cancellation);
        await other.WaitUntilAsync($"EXISTS (SELECT FROM pg_stat_activity WHERE {other.Backend} = ANY (pg_blocking_pids(pid)))", Cancellation);
        await other.ExecuteAsync("CREATE TYPE theirs AS ENUM (); CREATE INDEX theirs_idx ON orders (price); SELECT pg_advisory_unlock(7)", Cancellation);
        await starting;

        await migrator.RollbackAsync(null, Cancellation);

        Assert.True(await scene.Database.ScalarAsync<bool>(
            "SELECT to_regtype('theirs') IS NOT NULL AND to_regclass('theirs_idx') IS NOT NULL AND to_regtype('mine') IS NULL", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Rolling_back_can_be_cancelled_at_every_event(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await scene.StartAsync(
            """
            operations:
              - sql: { up: "CREATE TYPE size AS ENUM ('s')" }
              - sql: { up: "CREATE VIEW seen AS SELECT id FROM orders; CREATE INDEX by_pad ON orders (pad)" }
              - add_column: { table: orders, column: { name: size, type: size, nullable: true } }
            """,
            Cancellation);

        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.RollbackAsync(e, c), MigrationState.None, Cancellation);

        await scene.AssertAsBeforeAsync(Cancellation);
    }
}
