using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>SQL of the user's own: done wholly or not at all where the server allows that, and undone only where it was done.</summary>
public sealed class UserSqlTests(PostgresFixture postgres)
{
    private const string UpAndDown = """
        operations:
          - sql:
              up: "CREATE TABLE log (what text); INSERT INTO log VALUES ('up')"
              down: "DROP TABLE log; UPDATE orders SET pad = 'down' WHERE id = 1"
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_statement_that_fails_leaves_nothing_of_those_before_it(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.StartAsync(
            """
            operations:
              - sql: { up: "CREATE TABLE log (what text); INSERT INTO nowhere VALUES (1)", down: "DROP TABLE orders" }
            """,
            Cancellation));

        Assert.Equal(("LK1305", MigrationOutcome.Undone), (failed.Code, failed.Outcome));
        Assert.Contains("nowhere", failed.Problem, StringComparison.Ordinal);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Down_undoes_up(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await scene.StartAsync(UpAndDown, Cancellation);
        Assert.Equal(1, await scene.CountAsync("public_02_change.log", Cancellation));

        await scene.Migrator().RollbackAsync(null, Cancellation);

        Assert.Equal(1, await scene.CountAsync("orders WHERE pad = 'down'", Cancellation));
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Down_is_not_run_where_up_never_was(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        using var cancel = new CancellationTokenSource();
        var events = Events.When(e => e is MigrationEvent.StageStarted, () => cancel.CancelAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => scene.Migrator().StartAsync(Migration.Parse(UpAndDown, "02_change.yaml"), events, cancel.Token));

        await scene.Migrator().RollbackAsync(null, Cancellation);

        Assert.Equal(0, await scene.CountAsync("orders WHERE pad = 'down'", Cancellation));
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_statement_that_no_transaction_may_hold_runs_outside_of_one(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        await scene.StartAsync(
            """
            operations:
              - sql: { up: "CREATE INDEX CONCURRENTLY orders_pad_idx ON orders (pad)", down: "DROP INDEX CONCURRENTLY orders_pad_idx" }
            """,
            Cancellation);

        Assert.Equal(1, await scene.CountAsync("pg_index WHERE indexrelid = 'orders_pad_idx'::regclass AND indisvalid", Cancellation));
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task What_runs_on_completion_runs_once_and_not_before(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders + "CREATE TABLE log (what text);", Cancellation);
        await scene.StartAsync(
            """
            operations:
              - sql: { up: "INSERT INTO log VALUES ('done')", onComplete: true }
              - add_column: { table: orders, up: customer, column: { name: c, type: text } }
            """,
            Cancellation);
        Assert.Equal(0, await scene.CountAsync("log", Cancellation));
        using var cancel = new CancellationTokenSource();
        var events = Events.When(
            e => e is MigrationEvent.StageDone { Stage: Lockkeeper.Migrations.Planning.UserSqlStage }, () => cancel.CancelAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Migrator().CompleteAsync(events, cancel.Token));

        await scene.Migrator().ResumeAsync(null, Cancellation);

        Assert.Equal(1, await scene.CountAsync("log", Cancellation));
        Assert.Equal(20_000, await scene.CountAsync("public_02_change.orders WHERE c = customer", Cancellation));
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Functions_with_a_body_of_statements_are_made(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        await scene.StartAsync(
            """
            operations:
              - sql:
                  up: |
                    -- A body in SQL's own form has semicolons inside.
                    CREATE FUNCTION size_of(n int) RETURNS text LANGUAGE sql BEGIN ATOMIC
                      SELECT 1;
                      SELECT CASE WHEN n > 0 THEN ';' ELSE 'end' END AS end;
                    END;
                    CREATE TABLE log (what text); -- and after it
                    CREATE RULE log_twice AS ON INSERT TO orders DO ALSO (INSERT INTO log VALUES ('a;'); INSERT INTO log VALUES ($$b;$$));
                    INSERT INTO orders (customer, price) VALUES (':x @y', 1);
                  down: DROP FUNCTION size_of; DROP RULE log_twice ON orders; DROP TABLE log; DELETE FROM orders WHERE customer = ':x @y'
            """,
            Cancellation);

        Assert.Equal(2, await scene.CountAsync("log", Cancellation));
        Assert.Equal(1, await scene.CountAsync("size_of(1) WHERE size_of = ';'", Cancellation));
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task An_error_has_its_place_in_the_SQL(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.StartAsync(
            """
            operations:
              - sql:
                  up: |
                    CREATE TABLE log (what text);
                    -- 😀
                    INSERT INTO log
                    VALUES ('😀', nowhere);
            """,
            Cancellation));

        Assert.StartsWith("The server refused the migration's own SQL at line 4, column 14: column \"nowhere\" does not exist", failed.Problem, StringComparison.Ordinal);
        Assert.EndsWith("\n    VALUES ('😀', nowhere);\n", failed.Problem, StringComparison.Ordinal);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task An_error_without_a_place_has_that_of_its_statement(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.StartAsync(
            """
            operations:
              - sql:
                  up: |
                    CREATE TABLE log (what text NOT NULL);

                    /* one */ INSERT INTO log VALUES (NULL);
            """,
            Cancellation));

        Assert.Contains("own SQL at line 3, column 11: null value", failed.Problem, StringComparison.Ordinal);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Several_statements_that_no_transaction_may_hold_run_one_by_one(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        await scene.StartAsync(
            """
            operations:
              - sql: { up: "CREATE INDEX CONCURRENTLY a ON orders (pad); CREATE INDEX CONCURRENTLY b ON orders (customer)", down: "DROP INDEX a, b" }
            """,
            Cancellation);

        Assert.Equal(2, await scene.CountAsync("pg_index WHERE indexrelid IN ('a'::regclass, 'b'::regclass) AND indisvalid", Cancellation));
        await scene.Migrator().RollbackAsync(null, Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_procedure_that_commits_is_called_outside_of_a_transaction(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            Table.Orders + "CREATE PROCEDURE half() LANGUAGE plpgsql AS 'BEGIN UPDATE orders SET pad = NULL WHERE id = 1; COMMIT; END';",
            Cancellation);

        await scene.StartAsync("""operations: [{ sql: { up: "CALL half()" } }]""", Cancellation);

        Assert.Equal(1, await scene.CountAsync("orders WHERE pad IS NULL", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task What_ends_a_transaction_or_reads_from_psql_is_refused_before_anything_runs(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        var commit = await Assert.ThrowsAsync<InvalidMigrationException>(() => scene.StartAsync(
            """
            operations:
              - sql: { up: "BEGIN; DELETE FROM orders; COMMIT" }
            """,
            Cancellation));
        var copy = await Assert.ThrowsAsync<InvalidMigrationException>(() => scene.StartAsync(
            """
            operations:
              - sql: { up: "DELETE FROM orders", down: "SELECT 1;\n\nCOPY orders FROM stdin;" }
            """,
            Cancellation));

        Assert.Equal(
            "The SQL's line 1, column 1 holds \"BEGIN; DELETE FROM orders; COMMIT\", and the SQL runs in a transaction that is not its own.",
            commit.Problem);
        Assert.Equal(("LK1410", "02_change.yaml:2:16"), (commit.Code, commit.Position.ToString()));
        Assert.StartsWith("The SQL's line 3, column 1 holds \"COPY orders FROM stdin;\", and", copy.Problem, StringComparison.Ordinal);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Beside_other_operations_every_verb_can_be_cancelled_at_every_event(int version)
    {
        const string Log = "CREATE TABLE log (id serial, what text);";
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders + Log, Cancellation);
        var change = Migration.Parse(
            """
            operations:
              - sql: { up: "CREATE TABLE one (id integer PRIMARY KEY); INSERT INTO log (what) VALUES ('up')", down: "DROP TABLE one; INSERT INTO log (what) VALUES ('down')" }
              - create_table: { name: two, columns: [{ name: id, type: integer, pk: true, references: { name: of_one, table: one, column: id } }] }
              - sql: { up: "ALTER TABLE two ADD COLUMN note text; INSERT INTO log (what) VALUES ('up again')", down: "INSERT INTO log (what) VALUES ('down again')" }
              - add_column: { table: orders, up: customer, column: { name: c, type: text, nullable: false } }
            """,
            "02_change.yaml");

        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.StartAsync(change, e, c), MigrationState.Started, Cancellation);
        Assert.Equal(2, await scene.CountAsync("log", Cancellation));
        Assert.Equal(0, await scene.CountAsync("public_02_change.two WHERE note = ''", Cancellation));
        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.RollbackAsync(e, c), MigrationState.None, Cancellation);
        Assert.Equal("up,up again,down again,down", await scene.Database.ScalarAsync<string>("SELECT string_agg(what, ',' ORDER BY id) FROM log", Cancellation));
        await scene.AssertAsBeforeAsync(Cancellation);
        await scene.Migrator().StartAsync(change, null, Cancellation);
        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.CompleteAsync(e, c), MigrationState.Complete, Cancellation);
        Assert.Equal(6, await scene.CountAsync("log", Cancellation));
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Only_what_was_run_is_undone_of_several(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        using var cancel = new CancellationTokenSource();
        var count = 0;
        var events = Events.When(e => e is MigrationEvent.StageStarted && ++count == 2, () => cancel.CancelAsync());
        const string Two = """
            operations:
              - sql: { up: CREATE TABLE one (), down: DROP TABLE one }
              - sql: { up: CREATE TABLE two (), down: DROP TABLE two }
            """;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => scene.Migrator().StartAsync(Migration.Parse(Two, "02_change.yaml"), events, cancel.Token));
        Assert.Equal(0, await scene.CountAsync("one", Cancellation));

        await scene.Migrator().RollbackAsync(null, Cancellation);

        await scene.AssertAsBeforeAsync(Cancellation);
    }
}
