using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.BulkWrite.Planning;
using Lockkeeper.TestKit;
using static Lockkeeper.BulkWriteTests.Shop;

namespace Lockkeeper.BulkWriteTests.Planning;

/// <summary>Which protection is chosen from the catalog, and that it is shown with its reason.</summary>
public sealed class PlanTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task One_upsert_is_a_single_pass_in_one_statement(int version)
    {
        var plan = await PlanAsync(version, Sql, unit => unit.Upsert(Customers, [new(2), new(1)]), Customers);

        Assert.Equal(
            """
            WITH written AS (
            INSERT INTO "public"."customers" AS target ("id", "name", "visits")
            SELECT source."id", source."name", source."visits"
            FROM (SELECT given."id", given."name", given."visits", given.lockkeeper_row FROM unnest($1::bigint[], $2::text[], $3::integer[]) WITH ORDINALITY AS given("id", "name", "visits", lockkeeper_row)) AS source
            ORDER BY source.lockkeeper_row
            ON CONFLICT ("id") DO UPDATE SET "name" = EXCLUDED."name", "visits" = COALESCE(target."visits", 0) + COALESCE(EXCLUDED."visits", 0)
            WHERE ROW(target."name", target."visits") IS DISTINCT FROM ROW(EXCLUDED."name", COALESCE(target."visits", 0) + COALESCE(EXCLUDED."visits", 0))
            RETURNING (target.xmax = 0) AS inserted)
            SELECT count(*) FILTER (WHERE inserted), count(*) FILTER (WHERE NOT inserted) FROM written
            """,
            plan.Steps[^1].Sql);
        Assert.Equal((Protection.SingleOrderedPass, TableGate.Shared), (plan.Tables[0].Protection, plan.Tables[0].Gate));
        Assert.Equal(2, plan.Steps.Length);
    }

    [Theory, EachPostgres]
    public async Task Tables_come_parents_first_whatever_the_order_of_calls(int version)
    {
        var plan = await PlanAsync(
            version, Sql, unit => unit.Insert(Lines, [new(1, 1)]).Insert(Orders, [new(1, 1)]).Insert(Customers, [new(1)]), Lines, Orders, Customers);

        Assert.Equal([Customers.Table, Orders.Table, Lines.Table], plan.Tables.Select(table => table.Table));
        Assert.All(plan.Tables, table => Assert.Equal(Protection.SingleOrderedPass, table.Protection));
        Assert.Equal(4, plan.Steps.Length);
    }

    [Theory, EachPostgres]
    public async Task Parents_that_the_unit_does_not_write_are_locked_for_their_key(int version)
    {
        var plan = await PlanAsync(version, Sql, unit => unit.Insert(Orders, [new(1, 7), new(2, 7)]), Orders);

        Assert.Equal(["customers", "orders"], plan.Tables.Select(table => table.Table.Name.Value));
        Assert.Equal((Protection.OrderedRowLocks, TableGate.None), (plan.Tables[0].Protection, plan.Tables[0].Gate));
        Assert.Contains("FOR KEY SHARE OF target", plan.ToString(), StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task Parents_that_stay_are_not_locked(int version)
    {
        var map = TableMap.Of<Order>("public", "orders", t => t.Key(o => o.Id).Column(o => o.CustomerId).Column(o => o.Status).ParentsStay());

        var plan = await PlanAsync(version, Sql, unit => unit.Insert(map, [new(1, 7)]), map);

        Assert.Equal("orders", Assert.Single(plan.Tables).Table.Name.Value);
    }

    [Theory, EachPostgres]
    public async Task Parents_that_triggers_update_are_locked_for_that(int version)
    {
        var map = TableMap.Of<Order>("public", "orders", t => t.Key(o => o.Id).Column(o => o.CustomerId).Column(o => o.Status).TriggersUpdateParents());

        var plan = await PlanAsync(version, Sql, unit => unit.Insert(map, [new(1, 7)]), map);

        Assert.Contains("FOR NO KEY UPDATE OF target", plan.ToString(), StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task A_second_unique_index_brings_key_gates(int version)
    {
        var plan = await PlanUsersAsync(version, "CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE)");

        Assert.Equal((TableGate.Shared, 4), (plan.Tables[0].Gate, plan.Tables[0].KeyGates));
        Assert.Contains("users_email_key", Assert.Single(plan.Tables[0].Reasons), StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task A_key_from_a_sequence_that_is_not_given_brings_none(int version)
    {
        var plan = await PlanUsersAsync(
            version, "CREATE TABLE users (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id bigint UNIQUE, email text)");

        Assert.Equal((TableGate.Shared, 0), (plan.Tables[0].Gate, plan.Tables[0].KeyGates));
    }

    [Theory]
    [EachPostgres("CREATE TABLE users (id bigint PRIMARY KEY, email text); CREATE UNIQUE INDEX by_case ON users (lower(email))", "by_case")]
    [EachPostgres("CREATE TABLE users (id bigint PRIMARY KEY, email text); CREATE UNIQUE INDEX part ON users (email) WHERE id > 5", "part")]
    [EachPostgres("CREATE TABLE users (id bigint PRIMARY KEY, email text, EXCLUDE USING hash (email WITH =))", "users_email_excl")]
    public async Task A_key_that_cannot_be_known_beforehand_gives_the_unit_the_table(int version, string sql, string named)
    {
        var plan = await PlanUsersAsync(version, sql);

        Assert.Equal(TableGate.Alone, plan.Tables[0].Gate);
        Assert.Contains(named, Assert.Single(plan.Tables[0].Reasons), StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task Too_many_key_gates_become_one_of_the_table(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "CREATE TABLE users (id bigint PRIMARY KEY, email text UNIQUE)");
        using var writer = scene.Writer(new BulkWriteOptions { MaxKeyGates = 3 }, Users);

        var plan = await writer.PlanAsync(new UnitOfWork().Insert(Users, [(1, "a"), (2, "b")]), Scene.Token);

        Assert.Equal((TableGate.Alone, 0), (plan.Tables[0].Gate, plan.Tables[0].KeyGates));
    }

    [Theory, EachPostgres]
    public async Task A_deletion_locks_what_goes_with_it(int version)
    {
        var plan = await PlanAsync(version, Sql, unit => unit.Delete(Orders, [new(1, 0)]), Orders);

        Assert.Equal(["orders", "lines"], plan.Tables.Select(table => table.Table.Name.Value));
        Assert.Contains("-- \"public\".\"lines\": lock rows below those deleted from \"public\".\"orders\"", plan.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("-- \"public\".\"orders\": delete", plan.Statements[^1], StringComparison.Ordinal);
    }

    // Two counters of the same rows, and rows that are inserted and counted: one set of rows is locked, so nobody has to have the table alone.
    [Theory, EachPostgres]
    public async Task What_locks_the_same_rows_counts_as_one(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        var visits = new Counter<long>("public", "customers", "id", "visits");
        var lines = new Counter<long>("public", "orders", "id", "line_count");
        using var writer = new BulkWriter(scene.Source, new BulkWriteTables(Customers, Orders).With(visits, lines));
        var unit = new UnitOfWork().Insert(Orders, [new(1, 7), new(2, 8)]).Count(lines, 1).Count(visits, 7).Count(visits, 8);

        var plan = await writer.PlanAsync(unit, Scene.Token);

        Assert.Equal([TableGate.None, TableGate.Shared], plan.Tables.Select(table => table.Gate));
        Assert.Equal(["customers", "orders"], plan.Tables.Select(table => table.Table.Name.Value));
        Assert.DoesNotContain("KEY SHARE", plan.ToString(), StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task A_trigger_is_named(int version)
    {
        var plan = await PlanAsync(version, Sql + """
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER watching BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION f();
            """, unit => unit.Insert(Customers, [new(1)]), Customers);

        Assert.Contains("watching", Assert.Single(plan.Tables[0].Warnings), StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task The_same_unit_gives_the_same_plan(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql);
        using var writer = scene.Writer(Customers, Orders, Lines);
        using var another = scene.Writer(Lines, Customers, Orders);

        Assert.Equal(
            (await writer.PlanAsync(Unit(), Scene.Token)).ToString(), (await another.PlanAsync(Unit(), Scene.Token)).ToString());

        static UnitOfWork Unit() => new UnitOfWork().Upsert(Customers, [new(1)]).Delete(Orders, [new(1, 0)]).Insert(Lines, [new(2, 1)]);
    }

    [Theory, EachPostgres]
    public async Task Services_with_another_key_or_order_have_another_fingerprint(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + "ALTER TABLE customers ADD UNIQUE (name);");
        var byName = TableMap.Of<Customer>("public", "customers", t => t.Key(c => c.Name!));
        using var one = scene.Writer(Customers, Orders);
        using var same = scene.Writer(Orders, Customers);
        using var other = scene.Writer(byName, Orders);

        var fingerprint = (await one.ReadOrderAsync(Scene.Token)).Fingerprint;

        Assert.Equal(fingerprint, (await same.ReadOrderAsync(Scene.Token)).Fingerprint);
        Assert.NotEqual(fingerprint, (await other.ReadOrderAsync(Scene.Token)).Fingerprint);
    }

    private static readonly TableMap<(long Id, string Email)> Users = TableMap.Of<(long Id, string Email)>(
        "public", "users", t => t.Key(u => u.Id).Column(u => u.Email));

    private Task<UnitPlan> PlanUsersAsync(int version, string sql) => PlanAsync(version, sql, unit => unit.Insert(Users, [(1, "a"), (2, "b")]), Users);

    private async Task<UnitPlan> PlanAsync(int version, string sql, Func<UnitOfWork, UnitOfWork> fill, params TableMap[] maps)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, sql);
        using var writer = scene.Writer(maps);
        var unit = fill(new UnitOfWork());
        var plan = await writer.PlanAsync(unit, Scene.Token);
        return plan;
    }
}
