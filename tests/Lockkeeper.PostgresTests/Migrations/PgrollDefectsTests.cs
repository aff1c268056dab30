using Lockkeeper.Migrations;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>What holds here where pgroll 0.16.2 has a defect, as far as no other test says it. The whole list is docs/pgroll-defects.md.</summary>
public sealed class PgrollDefectsTests(PostgresFixture postgres)
{
    private static readonly string[] Numbers = ["1", "2"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres(InTurn = true)]
    public async Task Sessions_create_tables_at_once_whether_a_migration_is_under_way_or_not(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup, Cancellation);
        foreach (var started in new[] { false, true })
        {
            if (started)
            {
                await scene.StartAsync(Yaml.Of(Yaml.AddColumn("{name: shout, type: text, nullable: true}", "upper(customer)")), Cancellation);
            }

            await using var one = await scene.Database.OpenSessionAsync(Cancellation);
            await using var other = await scene.Database.OpenSessionAsync(Cancellation);

            // Each would wait for the other, and time out, if anything were written down about it.
            await one.ExecuteAsync($"SET lock_timeout = '5s'; BEGIN; CREATE TEMP TABLE t (id int); CREATE TABLE one_{started} (id int)", Cancellation);
            await other.ExecuteAsync($"SET lock_timeout = '5s'; BEGIN; CREATE TEMP TABLE t (id int); CREATE TABLE other_{started} (id int)", Cancellation);
            await other.ExecuteAsync("COMMIT", Cancellation);
            await one.ExecuteAsync("COMMIT", Cancellation);
        }

        Assert.Equal(0, await scene.CountAsync("pg_event_trigger", Cancellation));
        Assert.Single(await scene.Migrator().HistoryAsync(Cancellation));
    }

    [Theory]
    [EachPostgres("up: \"TODO: Implement SQL data migration\", down: customer, unique: {name: once}", "", "LK1105", InTurn = true)]
    [EachPostgres("up: customer, down: \"TODO: Implement SQL data migration\", unique: {name: once}", "", "LK1105", InTurn = true)]
    [EachPostgres("up: \"\", down: \"\", type: bytea", "", "LK1108", InTurn = true)]
    [EachPostgres("up: \"TODO: Implement SQL data migration\", down: customer, unique: {name: once}", "ALTER TABLE orders DROP CONSTRAINT orders_pkey;", "LK1105", InTurn = true)]
    public async Task An_expression_that_does_not_compile_is_refused_and_no_value_is_lost(int version, string fields, string also, string code)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup + also, Cancellation);

        var refused = await scene.AssertRefusedAsync<InvalidMigrationException>(
            () => scene.StartAsync(Yaml.Of($"alter_column: {{table: orders, column: customer, {fields}}}"), Cancellation), Cancellation);

        Assert.Equal(code, refused.Code);
        Assert.Equal(Orders.Rows, await scene.CountAsync("orders WHERE customer = 'c' || price", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task An_empty_up_means_the_column_itself_and_no_value_is_lost(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup, Cancellation);

        await scene.StartAsync(Yaml.Of("alter_column: {table: orders, column: customer, up: \"\", down: \"\", unique: {name: once}}"), Cancellation);
        await scene.Migrator().CompleteAsync(null, Cancellation);

        Assert.Equal(Orders.Rows, await scene.CountAsync("orders WHERE customer = 'c' || price", Cancellation));
        Assert.Equal(1, await scene.CountAsync("pg_constraint WHERE conname = 'once' AND contype = 'u'", Cancellation));
    }

    [Theory]
    [EachPostgres("id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "DEFAULT", InTurn = true)]
    [EachPostgres("id bytea PRIMARY KEY", "decode(md5(i::text), 'hex')", InTurn = true)]
    [EachPostgres("id text COLLATE \"C\" PRIMARY KEY", "'it''s ' || i", InTurn = true)]
    [EachPostgres("id integer UNIQUE NOT NULL", "i", InTurn = true)]
    [EachPostgres("id point", "point(i, i)", InTurn = true)]
    public Task Rows_are_filled_whatever_the_key_is(int version, string key, string value) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            Yaml.AddColumn("{name: shout, type: text}", "upper(name)", "items"),
            Yaml.AlterColumn("price", "type: numeric", "price * 100", "(price / 100)::integer", "items")))
        .On($"""
            CREATE TABLE items ({key}, name text NOT NULL, price integer NOT NULL);
            DO $$ BEGIN FOR i IN 1..500 LOOP INSERT INTO items VALUES ({value}, 'n' || i, i); END LOOP; END $$;
            """)
        .WithOldWrites("UPDATE items SET name = 'u{n}' WHERE price = {n} % 500", "UPDATE items SET price = price WHERE price = {n} % 500", "DELETE FROM items WHERE price = {n} % 500")
        .WithNewWrites("UPDATE items SET shout = 'W' WHERE price = {n} % 500 * 100", "DELETE FROM items WHERE price = {n} % 500 * 100")
        .HoldsWhileStarted(
            "(SELECT count(*) = 0 FROM {new}.items WHERE shout IS NULL)",
            "(SELECT sum(price) * 100 FROM {old}.items) = (SELECT sum(price) FROM {new}.items)"));

    [Theory, EachPostgres(InTurn = true)]
    public async Task Two_tables_may_each_get_a_unique_column_of_the_same_name(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)", Cancellation);

        await scene.StartAsync(
            Yaml.Of(Yaml.AddColumn("{name: code, type: text, unique: true}", "'c' || id", "a"), Yaml.AddColumn("{name: code, type: text, unique: true}", "'c' || id", "b")),
            Cancellation);
        Assert.Empty((await scene.Migrator().CompleteAsync(null, Cancellation)).Drift);

        // Named as the server names them, and not as the column.
        Assert.Equal(2, await scene.CountAsync("pg_constraint WHERE contype = 'u' AND conname IN ('a_code_key', 'b_code_key')", Cancellation));
    }

    [Theory]
    [InlineData("operations: {create_table: {name: t, columns: [{name: id, type: int}]}}", "LK1007")]
    [InlineData("operations:\n  create_table:\n    name: t\n    columns: [{name: id, type: int}]\n", "LK1007")]
    [InlineData("operations: []", "LK1010")]
    [InlineData("version_schema: x", "LK1004")]
    [InlineData("", "LK1010")]
    public void A_file_without_a_list_of_operations_is_refused(string yaml, string code) =>
        Assert.Equal(code, Assert.Throws<MigrationFormatException>(() => Migration.Parse(yaml, "02_change.yaml")).Problems[0].Code);

    [Theory, EachPostgres(InTurn = true)]
    public async Task Whatever_a_migration_makes_belongs_to_the_role_that_it_runs_as(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await using var roles = await Roles.CreateAsync(scene, Cancellation);
        await using var source = scene.As(roles.Migrating);

        await scene.Migrator(source: source).StartAsync(Migration.Parse(Table.Change, "02_change.yaml"), null, Cancellation);

        var owners = await scene.Database.QueryAsync(
            """
            SELECT DISTINCT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public_02_change'
            UNION SELECT relowner::regrole::text FROM pg_class WHERE relnamespace = 'public_02_change'::regnamespace
            UNION SELECT proowner::regrole::text FROM pg_proc WHERE pronamespace = 'lockkeeper'::regnamespace
            """,
            Cancellation);
        Assert.Equal([roles.Migrating], owners.Select(row => ((string)row[0]!).Trim('"')));
        await scene.Migrator(source: source).RollbackAsync(null, Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public Task Names_that_differ_in_their_last_byte_only_are_told_apart(int version)
    {
        var (table, column) = (new string('t', 62), new string('c', 62));
        return postgres.RunAsync(version, Cycle
            .Of(Yaml.Of(Numbers.SelectMany(t => new[]
            {
                Yaml.AlterColumn($"{column}1", "type: bigint, nullable: false", $"{column}1 + 1", $"({column}1 - 1)::integer", table + t),
                Yaml.AlterColumn($"{column}2", "type: bigint, nullable: false", $"{column}2 + 2", $"({column}2 - 2)::integer", table + t),
                Yaml.AddColumn($"{{name: {column}3, type: bigint, nullable: true}}", $"{column}1 * 1000000", table + t),
            })))
            .On(string.Concat(Numbers.Select(t =>
                $"CREATE TABLE {table}{t} ({column}1 integer, {column}2 integer CHECK ({column}2 > 0)); INSERT INTO {table}{t} SELECT i, i FROM generate_series(1, 200) i;")))
            .WithOldWrites($"UPDATE {table}1 SET {column}2 = {{n}} WHERE {column}1 = {{n}} % 200", $"UPDATE {table}2 SET {column}2 = {{n}} WHERE {column}1 = {{n}} % 200")
            .WithNewWrites($"UPDATE {table}1 SET {column}2 = {{n}} + 3 WHERE {column}1 = {{n}} % 200")
            .HoldsWhileStarted(
                $"(SELECT sum({column}1 + 1) = (SELECT sum({column}1) FROM {{new}}.{table}1) FROM {{old}}.{table}1)",
                $"(SELECT sum({column}2 + 2) = (SELECT sum({column}2) FROM {{new}}.{table}2) FROM {{old}}.{table}2)"));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Columns_of_a_view_stand_in_the_tables_order_and_partitions_have_no_view(int version)
    {
        await using var both = await postgres.StartAsync(
            version,
            """
            CREATE TABLE events (z int, a int, m int) PARTITION BY RANGE (z);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
            CREATE TABLE wide (c9 int, c1 int, c5 int, c3 int, c7 int);
            """,
            Yaml.Of(Yaml.AddColumn("{name: b, type: integer, nullable: true}", table: "events"), Yaml.RenameColumn("c5", "c0", "wide")));

        Assert.Equal(
            "events:z,a,m,b wide:c9,c1,c0,c3,c7",
            await both.Database.ScalarAsync<string>(
                """
                SELECT string_agg(view, ' ' ORDER BY view) FROM (
                    SELECT relname || ':' || string_agg(attname, ',' ORDER BY attnum) AS view
                    FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid WHERE relnamespace = 'public_02_change'::regnamespace GROUP BY relname) v
                """,
                Cancellation));
        await both.OldAsync("DROP TABLE events_1");
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Of_two_starts_at_once_one_begins_and_the_other_is_refused(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup, Cancellation);
        var starts = Enumerable.Range(2, 4).Select(i => Task.Run(async () =>
        {
            try
            {
                await scene.StartAsync(Yaml.Of(Yaml.AddColumn($"{{name: c{i}, type: text, nullable: true}}", "customer")), Cancellation, $"0{i}_change");
                return "begun";
            }
            catch (MigrationException refused)
            {
                return refused.Code;
            }
        }));

        Assert.Equal(["LK1202", "LK1202", "LK1202", "begun"], (await Task.WhenAll(starts)).Order(StringComparer.Ordinal));
        Assert.Single(await scene.Migrator().HistoryAsync(Cancellation));
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory]
    [EachPostgres("CREATE VIEW dependent AS SELECT id, price FROM orders", InTurn = true)]
    [EachPostgres("CREATE MATERIALIZED VIEW dependent AS SELECT id, price FROM orders", InTurn = true)]
    [EachPostgres("CREATE POLICY dependent ON orders USING (price > 0)", InTurn = true)]
    [EachPostgres("ALTER TABLE orders ADD dependent integer GENERATED ALWAYS AS (price + 1) STORED", InTurn = true)]
    [EachPostgres("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER dependent BEFORE UPDATE OF price ON orders FOR EACH ROW EXECUTE FUNCTION f()", InTurn = true)]
    [EachPostgres("ALTER TABLE orders ADD UNIQUE (price); CREATE TABLE prices (price integer CONSTRAINT dependent REFERENCES orders (price)); INSERT INTO prices VALUES (7)", InTurn = true)]
    [EachPostgres("CREATE STATISTICS dependent ON price, customer FROM orders", InTurn = true)]
    public async Task What_depends_on_a_copied_column_is_carried_over_or_named_before_anything_starts(int version, string dependent)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup + dependent, Cancellation);
        var yaml = Yaml.Of(Yaml.AlterColumn("price", "type: bigint", "price", "price::integer"));
        try
        {
            await scene.StartAsync(yaml, Cancellation);
        }
        catch (InvalidMigrationException refused)
        {
            Assert.Contains("dependent", refused.Message, StringComparison.Ordinal);
            await scene.AssertAsBeforeAsync(Cancellation);
            return;
        }

        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
        var before = await DependentsAsync(scene);
        await scene.StartAsync(yaml, Cancellation);
        Assert.Empty((await scene.Migrator().CompleteAsync(null, Cancellation)).Drift);
        Assert.Equal(before, await DependentsAsync(scene));
    }

    [Theory]
    [EachPostgres("ALWAYS", InTurn = true)]
    [EachPostgres("BY DEFAULT", InTurn = true)]
    public async Task An_identity_column_is_altered_with_its_sequence_or_refused_before_anything_starts(int version, string kind)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            $"CREATE TABLE items (id integer GENERATED {kind} AS IDENTITY PRIMARY KEY, name text); INSERT INTO items (name) SELECT 'n' FROM generate_series(1, 100)",
            Cancellation);
        var yaml = Yaml.Of(Yaml.AlterColumn("id", "type: bigint", "id", "id::integer", "items"));
        try
        {
            await scene.StartAsync(yaml, Cancellation);
        }
        catch (InvalidMigrationException refused)
        {
            Assert.Contains("identity", refused.Message, StringComparison.OrdinalIgnoreCase);
            await scene.AssertAsBeforeAsync(Cancellation);
            return;
        }

        await scene.Database.ExecuteAsync("INSERT INTO items (name) VALUES ('old')", Cancellation);
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await scene.Database.ExecuteAsync("INSERT INTO items (name) VALUES ('new')", Cancellation);
        Assert.Equal("102", await scene.Database.ScalarAsync<string>("SELECT max(id) || '' FROM items", Cancellation));
        Assert.Equal(kind[0] == 'A' ? "a" : "d", await scene.Database.ScalarAsync<string>(
            "SELECT attidentity::text FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'id'", Cancellation));
    }

    private static Task<string> DependentsAsync(MigrationScene scene) => scene.Database.ScalarAsync<string>(
        """
        SELECT concat_ws(E'\n',
            (SELECT pg_get_viewdef(oid) FROM pg_class WHERE relname = 'dependent' AND relkind IN ('v', 'm')),
            (SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'dependent'),
            (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum WHERE attname = 'dependent'),
            (SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'dependent'),
            (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'dependent'),
            (SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE stxname = 'dependent'))
        """,
        Cancellation);
}
