using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class SqlTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public Task What_up_did_at_start_is_undone_by_down(int version) => postgres.RunAsync(version, Orders
        .Under("sql: {up: \"CREATE FUNCTION two() RETURNS integer LANGUAGE sql AS 'SELECT 2'; CREATE INDEX twice ON orders (price)\", down: \"DROP FUNCTION two(); DROP INDEX twice\"}")
        .HoldsWhileStarted("to_regclass('{old}.twice') IS NOT NULL", "{old}.two() = 2")
        .HoldsWhenComplete("to_regclass('{old}.twice') IS NOT NULL"));

    [Theory, EachPostgres]
    public Task A_statement_that_cannot_run_in_a_transaction_runs_alone(int version) => postgres.RunAsync(version, Orders
        .Under("sql: {up: CREATE INDEX CONCURRENTLY by_price ON orders (price), down: DROP INDEX CONCURRENTLY by_price}")
        .HoldsWhileStarted("to_regclass('{old}.by_price') IS NOT NULL"));

    [Theory, EachPostgres]
    public Task On_completion_it_runs_after_the_other_operations(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AddColumn("{name: note, type: text, nullable: true}", "customer"),
            "sql: {up: \"UPDATE orders SET note = 'done' WHERE id < 10; CREATE TABLE after (id integer)\", onComplete: true}")
        .HoldsWhileStarted("to_regclass('{old}.after') IS NULL")
        .HoldsWhenComplete("to_regclass('{old}.after') IS NOT NULL", "to_regclass('{new}.after') IS NOT NULL"));

    [Theory, EachPostgres]
    public async Task Sql_that_the_server_refuses_is_undone_and_says_so(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CloneAsync(version, cancellationToken);
        await database.ExecuteAsync(Orders.Setup, cancellationToken);
        await using var source = Sources.Of(database);
        var migrator = BothVersions.MigratorOf(source, new("public"));
        await migrator.InitializeAsync(cancellationToken);

        var failure = await Assert.ThrowsAsync<MigrationException>(() => migrator.StartAsync(
            Migration.Parse(Yaml.Of("sql: {up: CREATE TABLE half (id integer); SELECT 1/0, down: DROP TABLE half}"), "02_x.yaml"), null, cancellationToken));

        Assert.Equal(("LK1305", MigrationOutcome.Undone), (failure.Code, failure.Outcome));
        Assert.Empty(await migrator.HistoryAsync(cancellationToken));
        Assert.True(await database.ScalarAsync<bool>("SELECT to_regclass('half') IS NULL AND to_regnamespace('public_02_x') IS NULL", cancellationToken));
    }

    [Theory, EachPostgres]
    public Task Beside_others_it_runs_before_tables_in_use_are_extended_and_they_find_what_it_made(int version) => postgres.RunAsync(version, Orders
        .Under(
            "sql: {up: \"CREATE FUNCTION loud(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT upper($1)'; CREATE DOMAIN short AS text; CREATE TABLE kinds (id integer PRIMARY KEY, name short); INSERT INTO kinds VALUES (1, 'one')\", down: DROP TABLE kinds; DROP DOMAIN short; DROP FUNCTION loud}",
            Yaml.AddColumn("{name: shout, type: short, nullable: true}", "loud(customer)"),
            CreateIndexTests.Index("columns: [{expression: loud(customer)}]"),
            Yaml.AddColumn("{name: kind, type: integer, nullable: true, references: {name: of_kind, table: kinds, column: id}}", "1"),
            Yaml.AddColumn("{name: note, type: text, nullable: true}", "loud(name)", "kinds"))
        .WithNewWrites("INSERT INTO orders (customer, price) VALUES ('w', {n})")
        .HoldsWhileStarted(
            "(SELECT count(*) = 0 FROM {new}.orders WHERE shout <> upper(customer))", "(SELECT note = 'ONE' AND name = 'one' FROM {new}.kinds)"));

    [Theory, EachPostgres]
    public Task Beside_others_it_may_change_a_table_that_only_those_behind_it_change(int version) => postgres.RunAsync(version, Orders
        .Under(
            "create_table: {name: shops, columns: [{name: id, type: integer, pk: true}]}",
            "sql: {up: \"INSERT INTO shops VALUES (1); ALTER TABLE orders ADD COLUMN shop integer DEFAULT 1 CONSTRAINT at REFERENCES shops\", down: ALTER TABLE orders DROP COLUMN shop}",
            Yaml.AlterColumn("shop", "type: bigint", "shop", "shop"),
            "sql: {up: CREATE INDEX of_shops ON shops ((id + 1))}",
            Yaml.AddColumn("{name: note, type: text, nullable: true}", "'n'", "shops"))
        .HoldsWhenComplete("(SELECT atttypid = 'bigint'::regtype FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'shop')"));

    [Theory, EachPostgres]
    public Task Beside_others_what_it_makes_over_a_column_follows_the_column(int version) => postgres.RunAsync(version, Orders
        .Under(
            "sql: {up: \"CREATE FUNCTION small(integer) RETURNS boolean LANGUAGE sql AS 'SELECT $1 < 300'; CREATE FUNCTION small(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT $1 < 300'; "
            + "CREATE VIEW cheap AS SELECT id, price FROM orders WHERE small(price); CREATE POLICY few ON orders USING (price > -1)\", "
            + "down: \"DROP POLICY few ON orders; DROP VIEW cheap; DROP FUNCTION small(integer); DROP FUNCTION small(bigint)\"}",
            Yaml.AlterColumn("price", "type: bigint", "price", "price::integer"))
        .WithNewWrites("INSERT INTO orders (customer, price) VALUES ('w', {n})")
        .HoldsWhenComplete(
            "(SELECT atttypid = 'bigint'::regtype FROM pg_attribute WHERE attrelid = 'cheap'::regclass AND attname = 'price')",
            "(SELECT pg_get_expr(polqual, polrelid) = '(price > ''-1''::integer)' FROM pg_policy WHERE polname = 'few')"));

    [Theory]
    [EachPostgres("LK1110", "CREATE MATERIALIZED VIEW many AS SELECT price FROM orders", true, "many")]
    [EachPostgres("LK1162", "CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS 'SELECT 1'; CREATE VIEW said AS SELECT f(price) FROM orders", true, "said")]
    [EachPostgres("LK1130", "CREATE VIEW seen AS SELECT id FROM orders", false, "seen")]
    public async Task Beside_others_what_cannot_follow_what_it_reads_is_named_before_anything_starts(int version, string code, string up, bool alters, string named)
    {
        var said = await postgres.AssertRefusedAsync(
            version, code, Orders.Setup,
            Yaml.Of($"sql: {{up: {Yaml.Quoted(up)}}}", alters ? Yaml.AlterColumn("price", "type: bigint", "price", "price::integer") : "drop_table: {name: orders}"));

        Assert.Contains(named, said, StringComparison.Ordinal);
    }

    [Theory]
    [EachPostgres("LK1114", "CREATE INDEX CONCURRENTLY i ON kinds (id)", "")]
    [EachPostgres("LK1114", "VACUUM kinds", "")]
    [EachPostgres("LK1171", "UPDATE orders SET price = 2 WHERE id = 1", "orders")]
    [EachPostgres("LK1171", "CREATE TABLE copy AS SELECT * FROM orders WHERE false", "orders")]
    [EachPostgres("LK1171", "CREATE VIEW seen AS SELECT id FROM orders", "orders")]
    [EachPostgres("LK1171", "GRANT SELECT ON orders TO PUBLIC", "orders")]
    [EachPostgres("LK1172", "SELECT pg_sleep(20)", "3 s")]
    [EachPostgres("LK1173", "INSERT INTO nowhere VALUES (1)", "nowhere")]
    [EachPostgres("LK1410", "CREATE TABLE half (id integer); COMMIT", "transaction")]
    [EachPostgres("LK1103", "CREATE TABLE gone (id integer)", "gone")]
    public async Task Beside_others_what_cannot_be_is_refused_and_nothing_was_changed(int version, string code, string up, string named)
    {
        var said = await postgres.AssertRefusedAsync(
            version, code, Orders.Setup + "CREATE TABLE kinds (id integer)",
            Yaml.Of(Yaml.DropColumn("price"), RenameTableTests.Rename("kinds", "gone"), $"sql: {{up: {Yaml.Quoted(up)}}}"));

        Assert.Contains(named, said, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task What_is_not_committed_of_a_rehearsal_is_not_there_afterwards(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup, cancellationToken);

        await scene.AssertRefusedAsync<InvalidMigrationException>(
            () => scene.StartAsync(Yaml.Of("sql: {up: \"CREATE TABLE half (id integer); COMMIT; SELECT 1\"}", Yaml.DropColumn("price")), cancellationToken),
            cancellationToken);
        var plan = await scene.Migrator().PlanAsync(
            Migration.Parse(Yaml.Of("sql: {up: \"CREATE TABLE made (id integer); UPDATE orders SET price = 0\"}", Yaml.DropColumn("price")), "02_x.yaml"),
            cancellationToken);

        await scene.AssertAsBeforeAsync(cancellationToken);
        Assert.Equal(0, await scene.CountAsync("orders WHERE price = 0", cancellationToken));
        var stage = Assert.IsType<Lockkeeper.Migrations.Planning.UserSqlStage>(plan.Start[0]);
        Assert.Equal("RowExclusive", Assert.Single(stage.Locks).Mode.ToString());
        Assert.NotNull(plan.After!.Find(new("made")));
    }
}
