using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class CreateConstraintTests(PostgresFixture postgres)
{
    private const string Sellers = """
        CREATE TABLE sellers (name text, zip integer, UNIQUE (zip, name));
        INSERT INTO sellers SELECT 's' || i % 7, i FROM generate_series(0, 700) i;
        CREATE TABLE tickets (id bigint GENERATED ALWAYS AS IDENTITY, name text NOT NULL, zip integer NOT NULL DEFAULT 0, note text);
        INSERT INTO tickets (name, zip) SELECT 's' || i % 7, i FROM generate_series(1, 500) i;
        """;

    private static readonly string[] Writes =
    [
        "INSERT INTO tickets (name, zip) VALUES ('s' || {n} % 7, {n} % 7)",
        "UPDATE tickets SET note = 'n{n}' WHERE id = {n} % 500 + 1",
        "DELETE FROM tickets WHERE id = {n} % 500 + 1",
    ];

    [Theory]
    [EachPostgres("type: check, check: zip >= 0 AND name <> 'zip'", "c")]
    [EachPostgres("type: check, columns: [zip], check: zip > -5, no_inherit: true", "c")]
    [EachPostgres("type: unique, columns: [zip, id]", "u")]
    [EachPostgres("type: unique, columns: [zip, id], deferrable: true, initially_deferred: true, index_parameters: {include_columns: [note], storage_parameters: fillfactor = 70}", "u")]
    [EachPostgres("type: primary_key, columns: [id]", "p")]
    [EachPostgres("type: primary_key, columns: [id, zip], index_parameters: {include_columns: [note]}", "p")]
    public Task Without_a_change_of_values_nothing_is_copied(int version, string fields, string kind) => postgres.RunAsync(version, Cycle
        .Of(Yaml.CreateConstraint("rule", fields, "tickets"))
        .On(Sellers)
        .WithOldWrites([.. Writes])
        .WithNewWrites([.. Writes])
        .HoldsWhileStarted("NOT EXISTS (SELECT FROM lockkeeper.backfills)", "(SELECT count(*) = 0 FROM pg_attribute WHERE attname LIKE '\\_lockkeeper%')")
        .HoldsWhenComplete($"(SELECT contype = '{kind}' AND convalidated FROM pg_constraint WHERE conname = 'rule')"));

    [Theory, EachPostgres]
    public Task A_primary_key_makes_nullable_columns_not_null_without_a_scan_under_a_strong_lock(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.CreateConstraint("things_pkey", "type: primary_key, columns: [a, b]", "things"))
        .On("CREATE TABLE things (a integer, b text, c text); INSERT INTO things SELECT i, i::text FROM generate_series(1, 300) i")
        .WithOldWrites("UPDATE things SET c = 'o{n}' WHERE a = {n} % 300 + 1", "INSERT INTO things VALUES ({n} + 1000, gen_random_uuid()::text)")
        .WithNewWrites("UPDATE things SET c = 'o{n}' WHERE a = {n} % 300 + 1", "INSERT INTO things VALUES ({n} + 1000, gen_random_uuid()::text)")
        .HoldsWhenComplete("(SELECT bool_and(attnotnull) FROM pg_attribute WHERE attrelid = 'things'::regclass AND attname IN ('a', 'b'))"));

    [Theory, EachPostgres]
    public Task A_foreign_key_of_two_columns_keeps_its_pairing(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.CreateConstraint(
            "sold_by",
            "type: foreign_key, columns: [name, zip], deferrable: true, references: {table: sellers, columns: [name, zip], on_delete: CASCADE, on_update: RESTRICT, match_type: FULL}",
            "tickets"))
        .On(Sellers)
        .WithOldWrites([.. Writes])
        .WithNewWrites([.. Writes])
        .HoldsWhenComplete(
            "(SELECT pg_get_constraintdef(oid) LIKE 'FOREIGN KEY (name, zip) REFERENCES%sellers(name, zip) MATCH FULL ON UPDATE RESTRICT ON DELETE CASCADE DEFERRABLE' FROM pg_constraint WHERE conname = 'sold_by')"));

    [Theory, EachPostgres]
    public Task A_foreign_key_points_at_a_column_that_the_same_migration_renames(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            Yaml.RenameColumn("zip", "postcode", "sellers"),
            Yaml.RenameColumn("zip", "place", "tickets"),
            "create_constraint: {name: sold_by, table: tickets, type: foreign_key, columns: [place, name], references: {table: sellers, columns: [postcode, name]}}"))
        .On(Sellers)
        .WithOldWrites([.. Writes])
        .WithNewWrites("INSERT INTO tickets (name, place) VALUES ('s' || {n} % 7, {n} % 7)", "UPDATE sellers SET postcode = postcode WHERE postcode = {n} % 500")
        .HoldsWhenComplete("(SELECT pg_get_constraintdef(oid) LIKE '%(place, name) REFERENCES%sellers(postcode, name)' FROM pg_constraint WHERE conname = 'sold_by')"));

    [Theory, EachPostgres]
    public Task A_deletion_sets_only_the_columns_that_it_is_told_to(int version) => version < 15
        ? postgres.AssertRefusedAsync(version, "LK1152", Sellers, SettingColumns)
        : postgres.RunAsync(version, Cycle.Of(SettingColumns).On(Sellers + "ALTER TABLE tickets ALTER name DROP NOT NULL")
            .WithOldWrites([.. Writes])
            .HoldsWhenComplete("(SELECT pg_get_constraintdef(oid) LIKE '%ON DELETE SET NULL (name)' FROM pg_constraint WHERE conname = 'sold_by')"));

    [Theory, EachPostgres]
    public Task Nulls_count_as_equal_where_that_is_wanted(int version) => version < 15
        ? postgres.AssertRefusedAsync(version, "LK1152", Sellers, NullsEqual)
        : postgres.RunAsync(version, Cycle.Of(NullsEqual).On(Sellers)
            .HoldsWhenComplete("(SELECT pg_get_constraintdef(oid) LIKE 'UNIQUE NULLS NOT DISTINCT (id, note)' FROM pg_constraint WHERE conname = 'rule')"));

    // A trigger for each column would show the second expression what the first one made.
    [Theory, EachPostgres]
    public Task Up_of_every_column_reads_the_row_as_the_old_version_wrote_it(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.CreateConstraint(
            "traded",
            "type: check, columns: [name, zip], check: zip <> 0 OR name = 'nobody', up: {name: \"CASE WHEN zip > 0 THEN name ELSE 'nobody' END\", zip: \"CASE WHEN name = 's1' THEN -1 - abs(zip) ELSE zip END\"}, "
            + "down: {name: name, zip: abs(zip)}",
            "tickets"))
        .On(Sellers)
        .WithOldWrites([.. Writes])
        .WithNewWrites("UPDATE tickets SET zip = {n} + 1 WHERE id = {n} % 500 + 1", "INSERT INTO tickets (name, zip) VALUES ('nobody', 0)")
        .HoldsWhileStarted("(SELECT count(*) = 0 FROM {new}.tickets WHERE zip = 0 AND name <> 'nobody')"));

    [Theory, EachPostgres]
    public Task Only_columns_whose_values_change_are_copied(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.CreateConstraint("once", "type: unique, columns: [name, zip], up: {name: name || id, zip: zip}, down: {name: \"split_part(name, '#', 1)\", zip: zip}", "tickets"))
        .On(Sellers)
        .WithOldWrites([.. Writes])
        .WithNewWrites("INSERT INTO tickets (name, zip) VALUES (gen_random_uuid()::text, {n})", "UPDATE tickets SET note = 'n{n}' WHERE id = {n} % 500 + 1")
        .HoldsWhileStarted("(SELECT array_agg(attname::text) = '{_lockkeeper_new_name}' FROM pg_attribute WHERE attname LIKE '\\_lockkeeper_new%' AND attrelid = '{old}.tickets'::regclass)"));

    [Theory, EachPostgres]
    public Task Constraints_of_one_migration_stand_on_what_the_others_changed(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.RenameColumn("customer", "client"),
            Yaml.AlterColumn("client", "type: varchar(500)", "client", "client"),
            Yaml.AddColumn("{name: code, type: bigint, nullable: true}", "id"),
            $"create_constraint: {{name: said, table: orders, type: check, columns: [client], check: length(client) > 0 AND client <> 'client'}}",
            $"create_constraint: {{name: once, table: orders, type: unique, columns: [code, client]}}",
            Yaml.AlterColumn("code", "nullable: false, unique: {name: code_once}", "id", "code"))
        .WithNewWrites("INSERT INTO orders (client, code) VALUES ('w', (random() * 1e15)::bigint)", "UPDATE orders SET price = {n} WHERE id = {n} % 600 + 1"));

    [Theory]
    [EachPostgres("type: check, check: zip > 3", "LK1304", "\"rule\"", "id = 1;")]
    [EachPostgres("type: unique, columns: [name]", "LK1303", "name", " rows)")]
    [EachPostgres("type: primary_key, columns: [note]", "LK1304", "null", "id = 1;")]
    [EachPostgres("type: foreign_key, columns: [zip, name], references: {table: sellers, columns: [zip, name]}", "LK1304", "sellers", "id = 501")]
    public async Task Rows_that_violate_it_are_shown_by_their_key_and_nothing_is_changed(int version, string fields, string code, string what, string shown)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, Sellers + "ALTER TABLE tickets ADD CONSTRAINT by_id PRIMARY KEY (id); INSERT INTO tickets (name, zip) VALUES ('s1', 9999)", cancellationToken);
        var yaml = Yaml.CreateConstraint("rule", fields, "tickets");
        if (fields.Contains("primary_key", StringComparison.Ordinal))
        {
            await scene.Database.ExecuteAsync("ALTER TABLE tickets DROP CONSTRAINT by_id", cancellationToken);
            await scene.RememberAsync(cancellationToken);
            shown = "ctid = (0,1);";
        }

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.StartAsync(yaml, cancellationToken));

        Assert.Equal((code, MigrationOutcome.Undone), (failed.Code, failed.Outcome));
        Assert.Contains(what, failed.Problem, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(shown, failed.Problem + ";", StringComparison.Ordinal);
        await scene.AssertAsBeforeAsync(cancellationToken);
    }

    [Theory, EachPostgres]
    public async Task Both_versions_obey_it_from_the_start(int version)
    {
        await using var both = await postgres.StartAsync(version, Sellers, Yaml.CreateConstraint("rule", "type: check, check: zip < 900", "tickets"));

        foreach (var write in new Func<string, Task>[] { both.OldAsync, both.NewAsync })
        {
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => write("UPDATE tickets SET zip = 901 WHERE id = 1"));
            Assert.Equal("rule", refused.ConstraintName);
        }
    }

    [Theory]
    [EachPostgres("LK1101", "nothing", "type: check, check: zip > 0")]
    [EachPostgres("LK1102", "tickets", "type: unique, columns: [nothing]")]
    [EachPostgres("LK1102", "tickets", "type: unique, columns: [zip], index_parameters: {include_columns: [nothing]}")]
    [EachPostgres("LK1102", "tickets", "type: foreign_key, columns: [zip], references: {table: sellers, columns: [nothing]}")]
    [EachPostgres("LK1101", "tickets", "type: foreign_key, columns: [zip], references: {table: nothing, columns: [id]}")]
    [EachPostgres("LK1117", "tickets", "type: foreign_key, columns: [zip], references: {table: sellers, columns: [zip]}")]
    [EachPostgres("LK1117", "tickets", "type: foreign_key, columns: [zip], references: {table: sellers, columns: [zip, name]}")]
    [EachPostgres("LK1105", "tickets", "type: check, check: zap > 0")]
    [EachPostgres("LK1112", "sellers", "type: check, check: zip > 0")]
    [EachPostgres("LK1151", "keyed", "type: primary_key, columns: [n]")]
    [EachPostgres("LK1154", "tickets", "type: unique, columns: [zip, name], up: {zip: zip}, down: {zip: zip, name: name}")]
    [EachPostgres("LK1154", "tickets", "type: unique, columns: [zip, name], up: {zip: zip, name: name}, down: {zip: zip}")]
    [EachPostgres("LK1155", "tickets", "type: unique, columns: [zip], up: {zip: zip, note: note}, down: {zip: zip}")]
    [EachPostgres("LK1120", "tickets", "type: unique, columns: [zip]")]
    [EachPostgres("LK1111", "parted", "type: unique, columns: [n]")]
    [EachPostgres("LK1111", "parted", "type: check, check: n > 0, no_inherit: true")]
    public Task What_cannot_be_made_is_refused(int version, string code, string table, string fields) => postgres.AssertRefusedAsync(
        version,
        code,
        Sellers + """
            ALTER TABLE sellers ADD CONSTRAINT rule CHECK (zip < 100000);
            CREATE TABLE keyed (id integer PRIMARY KEY, n integer);
            CREATE TABLE parted (n integer) PARTITION BY RANGE (n);
            """ + (code == "LK1120" ? "CREATE VIEW rule AS SELECT 1 AS one" : ""),
        Yaml.CreateConstraint("rule", fields, table));

    [Theory]
    [EachPostgres("LK1157", "type: foreign_key, columns: [name, zip], references: {table: sellers, columns: [name, zip], on_delete: SET NULL, on_delete_set_columns: [note]}")]
    public Task A_deletion_cannot_set_other_columns(int version, string code, string fields) => postgres.AssertRefusedAsync(
        version, code, Sellers, Yaml.CreateConstraint("rule", fields, "tickets"));

    private static string SettingColumns => Yaml.CreateConstraint(
        "sold_by", "type: foreign_key, columns: [zip, name], references: {table: sellers, columns: [zip, name], on_delete: SET NULL, on_delete_set_columns: [name]}", "tickets");

    private static string NullsEqual => Yaml.CreateConstraint("rule", "type: unique, columns: [id, note], nulls_not_distinct: true", "tickets");
}
