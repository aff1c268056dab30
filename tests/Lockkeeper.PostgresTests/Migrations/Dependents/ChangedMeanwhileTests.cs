using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Dependents;

/// <summary>What belongs to a copied column is changed by somebody between start and complete: it is named, and never put back as it was.</summary>
public sealed class ChangedMeanwhileTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE VIEW cheap AS SELECT id, price, customer FROM orders WHERE price < 300;
        CREATE VIEW cheapest AS SELECT min(price) AS price FROM cheap;
        CREATE TABLE noted (price bigint, id bigint);
        CREATE RULE noting AS ON DELETE TO orders WHERE OLD.price > 900000 DO ALSO INSERT INTO noted VALUES (OLD.price);
        CREATE POLICY few ON orders USING (price > 0);
        CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER listed BEFORE UPDATE OF price ON orders FOR EACH ROW EXECUTE FUNCTION fire();
        CREATE STATISTICS together ON price, customer FROM orders;
        CREATE INDEX by_price ON orders (price);
        """;

    private const string Published = "CREATE PUBLICATION in_part FOR TABLE orders (id, price) WHERE (price > 1) WITH (publish = 'insert');";

    private static readonly string ToBigint = Yaml.Of(Yaml.AlterColumn("price", "type: bigint", "price * 2::bigint", "price / 2"));

    // What somebody does, what takes it back, and what is said of it.
    private static readonly (string Change, string Undo, string Said)[] Changes =
    [
        ("CREATE OR REPLACE VIEW cheap AS SELECT id, price, customer FROM orders WHERE price < 200",
            "CREATE OR REPLACE VIEW cheap AS SELECT id, price, customer FROM orders WHERE price < 300", "view public.cheap has changed"),
        ("GRANT SELECT ON cheap TO PUBLIC", "REVOKE SELECT ON cheap FROM PUBLIC", "view public.cheap has changed"),
        ("GRANT UPDATE (price) ON cheap TO PUBLIC", "REVOKE UPDATE (price) ON cheap FROM PUBLIC", "view public.cheap has changed"),
        ("COMMENT ON COLUMN cheap.price IS 'c'", "COMMENT ON COLUMN cheap.price IS NULL", "view public.cheap has changed"),
        ("ALTER VIEW cheap SET (security_barrier)", "ALTER VIEW cheap RESET (security_barrier)", "view public.cheap has changed"),
        ("ALTER VIEW cheap ALTER price SET DEFAULT 3", "ALTER VIEW cheap ALTER price DROP DEFAULT", "view public.cheap has changed"),
        ("DROP VIEW cheapest", "CREATE VIEW cheapest AS SELECT min(price) AS price FROM cheap", "view public.cheapest is gone"),
        ("CREATE VIEW late AS SELECT price FROM orders", "DROP VIEW late", "view public.late is new"),
        ("CREATE MATERIALIZED VIEW late AS SELECT price FROM cheap", "DROP MATERIALIZED VIEW late", "materialized view public.late is new"),
        ("CREATE FUNCTION late() RETURNS bigint LANGUAGE sql RETURN (SELECT sum(price) FROM orders)", "DROP FUNCTION late()", "function public.late() is new"),
        ("CREATE OR REPLACE RULE noting AS ON DELETE TO orders WHERE OLD.price > 900001 DO ALSO INSERT INTO noted VALUES (OLD.price)",
            "CREATE OR REPLACE RULE noting AS ON DELETE TO orders WHERE OLD.price > 900000 DO ALSO INSERT INTO noted VALUES (OLD.price)", "rule noting of public.orders has changed"),
        ("CREATE RULE late AS ON DELETE TO cheap DO INSTEAD NOTHING", "DROP RULE late ON cheap", "rule late of public.cheap is new"),
        ("ALTER POLICY few ON orders USING (price > 1)", "ALTER POLICY few ON orders USING (price > 0)", "policy few of public.orders has changed"),
        ("CREATE POLICY late ON noted USING (price IN (SELECT price FROM orders))", "DROP POLICY late ON noted", "policy late of public.noted is new"),
        ("CREATE OR REPLACE TRIGGER listed BEFORE UPDATE OF price ON orders FOR EACH ROW WHEN (NEW.price > 3) EXECUTE FUNCTION fire()",
            "CREATE OR REPLACE TRIGGER listed BEFORE UPDATE OF price ON orders FOR EACH ROW EXECUTE FUNCTION fire()", "trigger listed of public.orders has changed"),
        ("ALTER TABLE orders DISABLE TRIGGER listed", "ALTER TABLE orders ENABLE TRIGGER listed", "trigger listed of public.orders has changed"),
        ("CREATE TRIGGER late AFTER UPDATE OF price ON orders EXECUTE FUNCTION fire()", "DROP TRIGGER late ON orders", "trigger late of public.orders is new"),
        ("ALTER STATISTICS together SET STATISTICS 7", "ALTER STATISTICS together SET STATISTICS -1", "statistics together has changed"),
        ("CREATE STATISTICS late (mcv) ON price, id FROM orders", "DROP STATISTICS late", "statistics late is new"),
        ("CREATE INDEX late ON orders ((price + 1))", "DROP INDEX late", "index late is new"),
        ("DROP INDEX by_price", "CREATE INDEX by_price ON orders (price)", "index by_price is gone"),
        ("ALTER TABLE orders ADD CONSTRAINT late CHECK (price < 10000000)", "ALTER TABLE orders DROP CONSTRAINT late", "constraint late of orders is new"),
        ("ALTER TABLE orders ALTER price SET DEFAULT 7", "ALTER TABLE orders ALTER price SET DEFAULT 1", "column price of orders has changed"),
        ("GRANT SELECT (price) ON orders TO PUBLIC", "REVOKE SELECT (price) ON orders FROM PUBLIC", "column price of orders has changed"),
    ];

    private static readonly (string Change, string Undo, string Said)[] ChangesOfPublications =
    [
        ("ALTER PUBLICATION in_part SET TABLE orders (id, price) WHERE (price > 2)", "ALTER PUBLICATION in_part SET TABLE orders (id, price) WHERE (price > 1)", "publication in_part has changed"),
        ("CREATE PUBLICATION late FOR TABLE orders (id, price) WITH (publish = 'insert')", "DROP PUBLICATION late", "publication late is new"),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Each_change_is_named_before_completion_begins_and_undone_it_is_in_nobodys_way(int version)
    {
        await using var scene = await StartedAsync(version);
        var changes = version >= 15 ? [.. Changes, .. ChangesOfPublications] : Changes;
        foreach (var (change, undo, said) in changes)
        {
            await scene.Database.ExecuteAsync(change, Cancellation);
            Task Complete() => scene.Migrator().CompleteAsync(null, Cancellation);
            // That nothing was changed is looked at once: it takes longer than all else.
            var refused = change == changes[0].Change
                ? await scene.AssertRefusedAsync<MigrationException>(Complete, Cancellation)
                : await Assert.ThrowsAsync<MigrationException>(Complete);
            Assert.Equal(("LK1166", MigrationOutcome.NothingChanged), (refused.Code, refused.Outcome));
            Assert.EndsWith($"since then: {said}.", Plain(refused.Problem), StringComparison.Ordinal);
            await scene.Database.ExecuteAsync(undo, Cancellation);
        }

        Assert.Empty((await scene.Migrator().CompleteAsync(null, Cancellation)).Drift);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory, EachPostgres]
    public async Task What_another_role_that_completes_would_grant_by_default_is_no_change_and_is_not_granted(int version)
    {
        await using var scene = await StartedAsync(version);
        await using var roles = await Roles.CreateAsync(scene, Cancellation);
        await scene.Database.ExecuteAsync(
            $"ALTER ROLE {roles.Migrating} SUPERUSER; ALTER DEFAULT PRIVILEGES FOR ROLE {roles.Migrating} GRANT SELECT ON TABLES TO PUBLIC, {roles.Using}", Cancellation);
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.Database.ExecuteAsync($"ALTER VIEW cheap RENAME TO \"it's cheap\"; GRANT UPDATE ON \"it's cheap\" TO {roles.Using}", Cancellation);
        await scene.StartAsync(ToBigint, Cancellation);
        await using var another = scene.As(roles.Migrating);

        await scene.Migrator(source: another).CompleteAsync(null, Cancellation);

        Assert.Equal(
            $"cheapest|it's cheap {roles.Using} UPDATE",
            await scene.Database.ScalarAsync<string>(
                """
                SELECT string_agg(concat_ws(' ', relname, (SELECT string_agg(concat_ws(' ', grantee::regrole, privilege_type), ', ') FROM aclexplode(relacl) WHERE grantee <> relowner)), '|' ORDER BY relname)
                FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
                """,
                Cancellation));
    }

    // All that is left of it then is another table's.
    [Theory, EachPostgres]
    public async Task A_table_that_is_gone_is_named(int version)
    {
        await using var scene = await StartedAsync(version);
        await scene.Database.ExecuteAsync("ALTER TABLE orders RENAME TO away", Cancellation);

        var refused = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().CompleteAsync(null, Cancellation));

        Assert.Equal(("LK1166", MigrationOutcome.NothingChanged), (refused.Code, refused.Outcome));
        Assert.Contains("column price of orders is gone", Plain(refused.Problem), StringComparison.Ordinal);
        await scene.Database.ExecuteAsync("ALTER TABLE away RENAME TO orders", Cancellation);
        Assert.Empty((await scene.Migrator().CompleteAsync(null, Cancellation)).Drift);
    }

    [Theory]
    [EachPostgres("COMMENT ON VIEW cheap IS 'c'", "LK1166", "view public.cheap has changed")]
    [EachPostgres("CREATE INDEX late ON orders (price)", "LK1166", "index late is new")]
    public async Task What_is_changed_after_completion_has_begun_is_named_too_and_rolling_back_is_possible(int version, string change, string code, string said)
    {
        await using var scene = await StartedAsync(version);
        var events = Events.When(IsSwap, () => scene.Database.ExecuteAsync(change, Cancellation));

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().CompleteAsync(events, Cancellation));

        Assert.Equal((code, MigrationOutcome.Resumable), (failed.Code, failed.Outcome));
        Assert.Contains(said, Plain(failed.Problem), StringComparison.Ordinal);
        await scene.Database.ExecuteAsync("SELECT price FROM public_02_change.orders", Cancellation);
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory]
    [EachPostgres("CREATE OR REPLACE VIEW cheap AS SELECT id, price, customer FROM orders WHERE price < 200", "view public.cheap has changed")]
    [EachPostgres("ALTER POLICY few ON orders USING (price > 1)", "policy few of public.orders has changed")]
    [EachPostgres("LOCK TABLE orders IN ACCESS SHARE MODE; COMMENT ON INDEX by_price IS 'late'", "index by_price has changed", InTurn = true)]
    public async Task What_is_committed_while_the_swap_waits_for_its_lock_is_seen_under_the_lock(int version, string change, string said)
    {
        await using var scene = await StartedAsync(version);
        await using var holder = await scene.Database.OpenSessionAsync(Cancellation);
        var migrator = scene.Migrator(scene.Options with { LockTimeout = TimeSpan.FromSeconds(20) });
        var events = Events.When(IsSwap, () => holder.ExecuteAsync($"BEGIN; {change}", Cancellation));

        var completing = migrator.CompleteAsync(events, Cancellation);
        await holder.WaitUntilAsync($"EXISTS (SELECT FROM pg_stat_activity WHERE {holder.Backend} = ANY (pg_blocking_pids(pid)))", Cancellation);
        await holder.ExecuteAsync("COMMIT", Cancellation);
        var failed = await Assert.ThrowsAsync<MigrationException>(() => completing);

        Assert.Equal("LK1166", failed.Code);
        Assert.Contains(said, Plain(failed.Problem), StringComparison.Ordinal);
    }

    [Theory]
    [EachPostgres("DROP TRIGGER listed ON orders", "0")]
    [EachPostgres("ALTER TABLE orders DISABLE TRIGGER listed", "D")]
    [EachPostgres("CREATE OR REPLACE TRIGGER listed BEFORE UPDATE OF customer, price ON orders FOR EACH ROW EXECUTE FUNCTION fire()", "O customer, price")]
    public async Task Rolling_back_leaves_a_trigger_as_somebody_has_made_it_meanwhile(int version, string change, string expected)
    {
        await using var scene = await StartedAsync(version);
        await scene.Database.ExecuteAsync(change, Cancellation);

        await scene.Migrator().RollbackAsync(null, Cancellation);

        await scene.AssertNothingUnderWayAsync(Cancellation);
        Assert.StartsWith(expected, await scene.Database.ScalarAsync<string>(
            """
            SELECT coalesce((SELECT concat_ws(' ', tgenabled, (SELECT string_agg(attname, ', ' ORDER BY attname) FROM pg_attribute
                                                              WHERE attrelid = tgrelid AND attnum = ANY (tgattr::int2[])))
                             FROM pg_trigger WHERE tgname = 'listed'), '0')
            """,
            Cancellation), StringComparison.Ordinal);
    }

    private async Task<MigrationScene> StartedAsync(int version)
    {
        var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup + Setup + (version >= 15 ? Published : ""), Cancellation);
        await scene.StartAsync(ToBigint, Cancellation);
        return scene;
    }

    private static bool IsSwap(MigrationEvent e) => e is MigrationEvent.StageStarted { Stage: TransactionStage };

    private static string Plain(string text) => text.Replace("\"", "", StringComparison.Ordinal);
}
