using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Foreign keys, and what else of one migration touches the keys that they point at.</summary>
public sealed class ReferencesTogetherTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE TABLE shops (id integer PRIMARY KEY, name varchar(20) NOT NULL, code integer NOT NULL, city text);
        INSERT INTO shops SELECT i, 's' || i, i, 'c' || i FROM generate_series(0, 9) i;
        CREATE UNIQUE INDEX by_code ON shops (code);
        CREATE UNIQUE INDEX in_part ON shops (city) WHERE id > 5;
        CREATE TABLE lines (id serial PRIMARY KEY, shop varchar(20), code integer, n integer DEFAULT 0);
        INSERT INTO lines (shop, code) SELECT 's' || i % 10, i % 10 FROM generate_series(1, 400) i;
        """;

    private const string UniqueName = "create_constraint: {name: once, table: shops, type: unique, columns: [name]}";
    private const string Again = "create_constraint: {name: again, table: shops, type: unique, columns: [code]}";
    private const string AtName = "create_constraint: {name: at_name, table: lines, type: foreign_key, columns: [shop], references: {table: shops, columns: [name]}}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres(InTurn = true)]
    public Task A_foreign_key_points_at_what_is_made_unique_in_the_same_migration(int version) => postgres.RunAsync(version, On(
        UniqueName,
        AtName,
        "create_index: {name: cities, table: shops, unique: true, columns: [{column: city}]}",
        Yaml.AddColumn("{name: city, type: text, nullable: true, references: {name: in_city, table: shops, column: city}}", "'c' || code", "lines"),
        "create_table: {name: marks, columns: [{name: id, type: serial, pk: true}, {name: shop, type: varchar(20), references: {name: of_shop, table: shops, column: name}}]}")
        .HoldsWhileStarted("(SELECT count(*) = 3 FROM pg_constraint WHERE conname IN ('at_name', 'in_city', 'of_shop'))")
        .HoldsWhenComplete("(SELECT bool_and(convalidated) FROM pg_constraint WHERE contype = 'f')"));

    [Theory, EachPostgres(InTurn = true)]
    public Task A_foreign_key_points_at_a_new_column_that_is_unique(int version) => postgres.RunAsync(version, On(
        Yaml.AddColumn("{name: number, type: bigint, nullable: false, unique: true}", "id + 100", "shops"),
        Yaml.AddColumn("{name: number, type: bigint, nullable: true, references: {name: by_number, table: shops, column: number}}", "code + 100", "lines"))
        .HoldsWhileStarted("(SELECT count(*) > 300 FROM {new}.lines WHERE number = code + 100)", "(SELECT count(*) = 1 FROM pg_constraint WHERE conname = 'by_number')"));

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_foreign_key_points_at_a_column_that_is_copied_in_the_same_migration_before_it(int version)
    {
        const string Key = "create_constraint: {name: at_code, table: lines, type: foreign_key, columns: [code], references: {table: shops, columns: [code]}}";
        var copy = Yaml.AlterColumn("code", "type: bigint", "code + 0", "code", "shops");
        var column = Yaml.AddColumn("{name: other, type: integer, nullable: true, references: {name: at_other, table: shops, column: code}}", "code", "lines");
        await postgres.RunAsync(version, On(copy, Key, column)
            .HoldsWhileStarted("(SELECT count(*) = 2 FROM pg_constraint WHERE contype = 'f' AND confrelid = 'shops'::regclass)")
            .HoldsWhenComplete(
                "(SELECT count(*) = 2 AND bool_and(convalidated) FROM pg_constraint WHERE contype = 'f' AND conname IN ('at_code', 'at_other'))",
                "(SELECT format_type(atttypid, -1) = 'bigint' FROM pg_attribute WHERE attrelid = 'shops'::regclass AND attname = 'code')"));
        Assert.Contains("\"at_code\" of \"lines\"", await postgres.AssertRefusedAsync(version, "LK1110", Setup, Yaml.Of(Key, column, copy)), StringComparison.Ordinal);
    }

    [Theory]
    [EachPostgres("LK1117", "", "create_constraint: {name: f, table: lines, type: foreign_key, columns: [shop], references: {table: shops, columns: [city]}}", InTurn = true)]
    [EachPostgres("LK1158", "alter_column: {table: shops, column: name, type: varchar(40)}", AtName, InTurn = true)]
    [EachPostgres("LK1110", AtName, "alter_column: {table: shops, column: name, type: varchar(40), up: name, down: name}", InTurn = true)]
    [EachPostgres("LK1110", AtName, "drop_column: {table: shops, column: name, down: \"'x'\"}", InTurn = true)]
    [EachPostgres("LK1175", "drop_index: {name: by_code}", "create_constraint: {name: f, table: lines, type: foreign_key, columns: [code], references: {table: shops, columns: [code]}}", InTurn = true)]
    [EachPostgres("LK1158", "alter_column: {table: lines, column: code, type: oid}", "create_constraint: {name: u, table: lines, type: unique, columns: [id, code]}", InTurn = true)]
    [EachPostgres("LK1158", "alter_column: {table: lines, column: code, type: oid}", "create_index: {name: u, table: lines, columns: [{column: code}]}", InTurn = true)]
    public Task What_the_server_would_refuse_later_is_refused_when_it_is_planned(int version, string code, string first, string second)
    {
        var unique = first == AtName ? UniqueName : code is "LK1158" or "LK1175" && second.Contains("references", StringComparison.Ordinal) ? Again : "";
        return postgres.AssertRefusedAsync(version, code, Setup + "ALTER TABLE shops ADD UNIQUE (name)", Yaml.Of(new[] { unique, first, second }.Where(o => o.Length > 0)));
    }

    [Theory, EachPostgres(InTurn = true)]
    public Task An_index_that_serves_the_new_type_as_well_is_built_before_the_swap(int version) => postgres.RunAsync(version, On(
        "alter_column: {table: shops, column: name, type: varchar(40)}", UniqueName));

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_unique_index_without_the_partition_key_is_refused(int version)
    {
        const string Events = """
            CREATE TABLE events (id integer NOT NULL, kind text, at integer) PARTITION BY RANGE (id);
            CREATE TABLE events_1 PARTITION OF events DEFAULT PARTITION BY LIST (kind);
            CREATE TABLE events_1_1 PARTITION OF events_1 DEFAULT;
            CREATE TABLE odd (id integer) PARTITION BY LIST ((id % 2));
            """;
        Assert.Contains("\"id\", \"kind\"", await postgres.AssertRefusedAsync(version, "LK1176", Events, Yaml.Of(Unique("{column: at}"))), StringComparison.Ordinal);
        Assert.Contains("\"kind\"", await postgres.AssertRefusedAsync(version, "LK1176", Events, Yaml.Of(Unique("{column: id}, {expression: lower(kind)}"))), StringComparison.Ordinal);
        await postgres.AssertRefusedAsync(version, "LK1111", Events, Yaml.Of(Unique("{column: id}", "odd")));
        await postgres.RunAsync(version, Cycle.Of(Yaml.Of(Unique("{column: kind}, {column: at}, {column: id}"))).On(Events));

        static string Unique(string columns, string table = "events") => $"create_index: {{name: u, table: {table}, unique: true, columns: [{columns}]}}";
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_foreign_key_that_somebody_binds_to_an_index_which_is_dropped_stops_completing_before_its_first_change(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        await scene.StartAsync("operations: [{drop_index: {name: by_code}}, {drop_column: {table: lines, column: n}}]", Cancellation);
        await scene.Database.ExecuteAsync("ALTER TABLE lines ADD CONSTRAINT theirs FOREIGN KEY (code) REFERENCES shops (code)", Cancellation);

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().CompleteAsync(null, Cancellation));

        Assert.Equal("LK1301", failed.Code);
        Assert.Contains("by_code", failed.Problem, StringComparison.Ordinal);
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.Database.ExecuteAsync("ALTER TABLE lines DROP CONSTRAINT theirs", Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory]
    [EachPostgres("create_constraint: {name: c, table: lines, type: check, check: n < 400}", "id = 400", InTurn = true)]
    [EachPostgres("create_constraint: {name: f, table: lines, type: foreign_key, columns: [n], references: {table: shops, columns: [id]}}", "id = 10", InTurn = true)]
    [EachPostgres("alter_column: {table: lines, column: note, nullable: false}", "id = 7", InTurn = true)]
    [EachPostgres("create_constraint: {name: k, table: bare, type: primary_key, columns: [note]}", "ctid = (0,2)", InTurn = true)]
    public async Task A_row_that_a_constraint_does_not_hold_for_is_found_before_anything_is_locked(int version, string operation, string row)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version,
            Setup + "ALTER TABLE lines ADD note text; UPDATE lines SET n = id, note = nullif(id, 7); CREATE TABLE bare (note) AS VALUES ('a'), (NULL);", Cancellation);
        var events = Events.Remembered();

        var failed = await Assert.ThrowsAsync<MigrationException>(
            () => scene.Migrator().StartAsync(Migration.Parse(Yaml.Of(operation), "02_change.yaml"), events, Cancellation));

        Assert.Equal(("LK1304", MigrationOutcome.Undone), (failed.Code, failed.Outcome));
        Assert.DoesNotContain(
            events.All.TakeWhile(e => e is not MigrationEvent.Undoing), e => e is MigrationEvent.StageStarted { Stage: TransactionStage });
        Assert.Contains(row, failed.Problem, StringComparison.Ordinal);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    private static Cycle On(params IEnumerable<string> operations) => Cycle.Of(Yaml.Of(operations)).On(Setup)
        .WithOldWrites("INSERT INTO lines (shop, code) VALUES ('s3', 3)", "UPDATE lines SET n = {n} WHERE id = {n} % 400", "UPDATE shops SET code = code WHERE id = {n} % 10")
        .WithNewWrites("INSERT INTO lines (shop, code) VALUES ('s4', 4)", "UPDATE lines SET n = {n} WHERE id = {n} % 400", "UPDATE shops SET code = code WHERE id = {n} % 10");
}
