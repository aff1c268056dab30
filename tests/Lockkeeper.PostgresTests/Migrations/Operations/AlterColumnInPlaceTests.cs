using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

/// <summary>No copy where none is needed.</summary>
public sealed class AlterColumnInPlaceTests(PostgresFixture postgres)
{
    private const string NothingCopied = "NOT EXISTS (SELECT FROM lockkeeper.backfills)";
    private const string NoNewColumn = "(SELECT count(*) = 0 FROM pg_attribute WHERE attname LIKE '\\_lockkeeper%')";

    private static readonly string Setup = Orders.Setup + """
        CREATE TABLE prices (id integer PRIMARY KEY);
        INSERT INTO prices SELECT generate_series(0, 100000);
        ALTER TABLE orders ADD code varchar(40) COLLATE "C" DEFAULT 'new', ADD total numeric(8,2) NOT NULL DEFAULT 0;
        CREATE INDEX by_code ON orders (code DESC) INCLUDE (total);
        """;

    [Theory]
    [EachPostgres("price", "nullable: false", null, null)]
    [EachPostgres("price", "nullable: false", "price", "(price)")]
    [EachPostgres("customer", "nullable: true", null, null)]
    [EachPostgres("customer", "nullable: true", "customer", "\"customer\"")]
    [EachPostgres("price", "check: {name: price_ok, constraint: price > -5}", "price", "price")]
    [EachPostgres("price", "check: {name: price_ok, constraint: price > -5, no_inherit: true}, nullable: false, default: \"3\", comment: cents", null, null)]
    [EachPostgres("total", "unique: {name: once}, default: \"random() * 100000\"", null, null)]
    [EachPostgres("price", "references: {name: price_fk, table: prices, column: id, on_delete: CASCADE, deferrable: true, initially_deferred: true}", null, null)]
    [EachPostgres("price", "references: {name: price_fk, table: prices, column: id}, check: {name: price_ok, constraint: price > -5}, nullable: false", "price", "price")]
    public Task Without_a_change_of_values_nothing_is_copied(int version, string column, string changes, string? up, string? down) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn(column, changes, up, down))
        .On(Setup + (column == "total" ? "ALTER TABLE orders ALTER total TYPE numeric(30,20), ALTER total SET DEFAULT random() * 10000000; UPDATE orders SET total = id" : ""))
        .HoldsWhileStarted(NothingCopied, NoNewColumn));

    [Theory]
    [EachPostgres("code", "type: varchar(80)", "varchar(80)")]
    [EachPostgres("code", "type: varchar(80), default: \"'y'\", nullable: false, comment: longer", "varchar(80)")]
    [EachPostgres("customer", "type: varchar", "varchar")]
    [EachPostgres("total", "type: \"numeric(12,2)\", unique: {name: once}", "numeric(12,2)")]
    public Task A_type_that_takes_the_same_bytes_is_set_on_completion(int version, string column, string changes, string type) => postgres.RunAsync(version, Orders
        .Under(Yaml.AlterColumn(column, changes))
        .On(Setup + (column == "total" ? "UPDATE orders SET total = id; ALTER TABLE orders ALTER total SET DEFAULT random() * 900000" : ""))
        .WithOldWrites(column == "total" ? ["UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1"] : Orders.Writes)
        .WithNewWrites(column == "total" ? ["UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1"] : Orders.Writes)
        .HoldsWhileStarted(NothingCopied, NoNewColumn)
        .HoldsWhenComplete(
            $"(SELECT format_type(atttypid, atttypmod) = format_type('{type.Split('(')[0]}'::regtype, atttypmod) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = '{column}')",
            $"(SELECT format_type(atttypid, atttypmod) = (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '{{new}}.orders'::regclass AND attname = '{column}') FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = '{column}')"));

    [Theory]
    [EachPostgres("price", "type: bigint", "writes every row again")]
    [EachPostgres("code", "type: varchar(10)", "writes every row again")]
    [EachPostgres("code", "type: text", "builds index \"coded\" again")]
    [EachPostgres("made", "type: timestamptz", "writes every row again")]
    [EachPostgres("customer", "type: varchar(500)", "writes every row again")]
    [EachPostgres("checked", "type: text", "checks constraint \"checked_ok\" on every row again")]
    public async Task Another_type_makes_a_copy_and_the_plan_says_why(int version, string column, string changes, string why)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            Setup + """
                SET TimeZone = 'UTC';
                ALTER TABLE orders ADD made timestamp, ADD checked varchar(9) CONSTRAINT checked_ok CHECK (checked <> '');
                CREATE INDEX coded ON orders (code) WHERE code <> '';
                """,
            cancellationToken);

        var plan = await scene.Migrator().PlanAsync(Migration.Parse(Yaml.Of(Yaml.AlterColumn(column, changes, column, column)), "02_x.yaml"), cancellationToken);

        Assert.Contains($"Column \"{column}\" of \"orders\" is copied: to change its type where it is, the server {why}.", plan.Notes);
        Assert.Contains(plan.Start, stage => stage is BackfillStage);
    }

    [Theory]
    [EachPostgres("up: price + 1, down: price - 1", "is copied: \"up\" or \"down\" changes values.")]
    [EachPostgres("up: price, down: price", "is changed where it is, not copied: no value changes.")]
    public async Task The_plan_says_which_way_is_taken(int version, string maps, string expected)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, cancellationToken);

        var plan = await scene.Migrator().PlanAsync(
            Migration.Parse(Yaml.Of(Yaml.AlterColumn("price", $"check: {{name: c, constraint: price > -9}}, {maps}")), "02_x.yaml"), cancellationToken);

        Assert.Contains(plan.Notes, note => note.EndsWith(expected, StringComparison.Ordinal));
    }

    // Whoever prepared a statement by hand meets the new type at the moment at which the table gets it; a copy has had it from the start.
    [Theory]
    [EachPostgres(null, "0A000")]
    [EachPostgres("code || ''", null)]
    public async Task A_prepared_statement_of_the_new_version_notices_a_type_that_is_set_on_completion(int version, string? up, string? expected)
    {
        await using var both = await postgres.StartAsync(version, Setup, Yaml.Of(Yaml.AlterColumn("code", "type: varchar(80)", up, up is null ? null : "code")));
        await both.NewAsync("PREPARE reading AS SELECT code FROM orders WHERE id = 1; EXECUTE reading");

        await both.Migrator.CompleteAsync(null, TestContext.Current.CancellationToken);
        var failure = await Record.ExceptionAsync(() => both.NewAsync("EXECUTE reading"));

        Assert.Equal(expected, (failure as Npgsql.PostgresException)?.SqlState);
        Assert.Equal("new", await both.NewReadsAsync("code FROM orders WHERE id = 1"));
    }

    [Theory, EachPostgres]
    public async Task Privileges_on_the_table_are_on_the_view_that_is_made_anew(int version)
    {
        var role = $"reader_{Guid.NewGuid():N}";
        await using var both = await postgres.StartAsync(
            version, $"{Setup} CREATE ROLE {role}; GRANT SELECT ON orders TO {role};", Yaml.Of(Yaml.AlterColumn("code", "type: varchar(80)")));

        await both.Migrator.CompleteAsync(null, TestContext.Current.CancellationToken);

        Assert.True(await both.Database.ScalarAsync<bool>(
            $"SELECT has_table_privilege('{role}', 'public_{Cycle.MigrationName}.orders', 'SELECT')", TestContext.Current.CancellationToken));
        await both.Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}", TestContext.Current.CancellationToken);
    }

    [Theory]
    [EachPostgres("price", "nullable: false", "id = 7")]
    [EachPostgres("price", "check: {name: c, constraint: price < 600}", "id = 600")]
    [EachPostgres("price", "references: {name: f, table: prices, column: id}", "id = 8")]
    public async Task Rows_that_violate_it_are_shown_and_nothing_is_changed(int version, string column, string changes, string shown)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, Setup + "UPDATE orders SET price = NULL WHERE id = 7; UPDATE orders SET price = -7777 WHERE id = 8", cancellationToken);

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.StartAsync(Yaml.Of(Yaml.AlterColumn(column, changes)), cancellationToken));

        Assert.Equal(("LK1304", MigrationOutcome.Undone), (failed.Code, failed.Outcome));
        Assert.Contains(shown, failed.Problem, StringComparison.Ordinal);
        await scene.AssertAsBeforeAsync(cancellationToken);
    }

    [Theory, EachPostgres]
    public Task A_column_is_altered_four_times_in_one_migration_with_copies_and_without(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AlterColumn("code", "type: varchar(90)"),
            Yaml.AlterColumn("code", "check: {name: coded, constraint: code <> ''}", "code", "code"),
            Yaml.AlterColumn("code", "nullable: false, comment: done", "coalesce(code, 'none')", "code"),
            Yaml.AlterColumn("code", "type: \"char(90)\"", "code", "code"),
            Yaml.AlterColumn("price", "check: {name: p, constraint: price > -5}"),
            Yaml.AlterColumn("price", "type: bigint", "price", "price::integer"),
            Yaml.AlterColumn("customer", "unique: {name: once}", "customer || id", "customer"))
        .On(Setup)
        .WithNewWrites("INSERT INTO orders (customer, code) VALUES (gen_random_uuid()::text, 'c')", "UPDATE orders SET code = 'd{n}' WHERE id = {n} % 600 + 1"));

    [Theory]
    [EachPostgres("LK1158", "create_constraint: {table: orders, name: c, type: check, check: code <> ''}")]
    [EachPostgres("LK1158", "create_index: {name: i, table: orders, columns: [{column: code}], predicate: code <> ''}")]
    [EachPostgres("LK1158", "add_column: {table: orders, column: {name: w, type: text, nullable: true, check: {name: c, constraint: w <> code}}}")]
    public Task A_constraint_that_would_be_checked_again_in_the_swap_is_refused(int version, string code, string operation) =>
        postgres.AssertRefusedAsync(version, code, Setup, Yaml.Of(Yaml.AlterColumn("code", "type: varchar(90)"), operation));
}
