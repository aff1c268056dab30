using Lockkeeper.Migrations;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Sessions;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.PostgresTests.Migrations;

public sealed class PgrollAdopterTests(PostgresFixture postgres)
{
    private static readonly Identifier Pgroll = new("pgroll");

    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task The_history_comes_over_whole_and_in_order(int version)
    {
        await using var database = await postgres.CloneAsync(version, CancellationToken);
        await database.ExecuteAsync(PgrollTables.Sql, CancellationToken);
        await using var source = Source(database);

        var report = await AdoptAsync(source);

        Assert.Equal(
            ["00_base baseline ", "01_note pgroll ", "01_note_20240103000000000000 inferred ", "02_last pgroll public_two"],
            report.Imported.Select(m => $"{m.Name} {m.Kind} {m.VersionSchema?.Value}"));
        Assert.Equal(["pg_roll_handle_ddl", "pg_roll_handle_drop"], report.EventTriggers.Select(trigger => trigger.Value));
        var history = await Migrator(source).HistoryAsync(CancellationToken);
        Assert.Equal([true, false, false, false], history.Select(migration => migration.IsBaseline));
        Assert.All(history, migration => Assert.Equal(MigrationState.Complete, migration.State));
        Assert.Equal(new DateTimeOffset(2024, 1, 2, 0, 0, 0, TimeSpan.Zero), history[1].StartedAt);
        Assert.Equal("""{"operations":[{"create_index":{"columns":[{"column":"note","sort":"DESC"}],"name":"j","table":"orders"}}],"version_schema":"two"}""", history[3].Content);
        var status = await Migrator(source).StatusAsync(CancellationToken);
        Assert.Equal(("02_last", MigrationState.Complete, new Identifier("public_two")), (status.Migration, status.State, status.VersionSchema!.Value));
    }

    [Fact]
    public async Task Our_own_changes_are_not_written_down_by_pgroll()
    {
        await using var database = await PreparedAsync();
        await using var source = Source(database);
        await Migrator(source).InitializeAsync(CancellationToken);

        await AdoptAsync(source);
        foreach (var operation in new[] { "add_column: {table: orders, column: {name: tag, type: text, nullable: true}, up: upper(note)}", "sql: {up: CREATE TABLE other ()}" })
        {
            var migration = Migration.Parse($"operations: [{{{operation}}}]", "03_next.yaml");
            await Migrator(source).PlanAsync(migration, CancellationToken);
            await Migrator(source).StartAsync(migration, null, CancellationToken);
            await Migrator(source).RollbackAsync(null, CancellationToken);
        }

        await Migrator(source).StartAsync(Migration.Parse("operations: [{create_index: {name: k, table: orders, columns: [{column: note}]}}]", "03_k.yaml"), null, CancellationToken);
        await Migrator(source).CompleteAsync(null, CancellationToken);

        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM pgroll.migrations WHERE schema = 'heard'", CancellationToken));
    }

    [Fact]
    public async Task The_next_migration_follows_pgrolls_last_version_and_completing_it_drops_that()
    {
        await using var database = await PreparedAsync();
        await using var source = Source(database);
        await AdoptAsync(source, drop: true);

        await Migrator(source).StartAsync(
            Migration.Parse("operations: [{add_column: {table: orders, column: {name: tag, type: text, nullable: true}, up: upper(note)}}]", "03_tag.yaml"),
            null, CancellationToken);

        Assert.Equal(100, await database.ScalarAsync<long>("SELECT count(*) FROM public_two.orders", CancellationToken));
        await Migrator(source).CompleteAsync(null, CancellationToken);
        Assert.Equal("public_03_tag", await database.ScalarAsync<string>("SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname ~ '^public_'", CancellationToken));
    }

    [Fact]
    public async Task The_columns_of_an_index_of_an_older_format_keep_the_order_that_the_index_has()
    {
        await using var database = await PreparedAsync();
        await using var source = Source(database);
        await database.ExecuteAsync(
            """
            INSERT INTO pgroll.migrations (schema, name, migration, parent, done, resulting_schema) VALUES
                ('public', '03_k', '{"operations": [{"create_index": {"name": "k", "table": "orders", "columns": {"note": {"sort": "DESC"}, "id": {}, "A \"b\", c": {}}}}]}',
                 '02_last', true, '{"name": "public", "tables": {"none": {"name": "none"}, "orders": {"indexes": {
                     "k": {"name": "k", "definition": "CREATE INDEX k ON public.orders USING btree (note DESC, \"A \"\"b\"\", c\", id) WHERE (id = ANY (ARRAY[1, 2]))"}}}}}'),
                ('public', '04_gone', '{"operations": [{"create_index": {"name": "gone", "table": "orders", "columns": {"note": {}, "id": {}}}}]}', '03_k', true, '{}');
            """,
            CancellationToken);

        var report = await AdoptAsync(source);

        var history = await Migrator(source).HistoryAsync(CancellationToken);
        Assert.Equal(
            """{"operations":[{"create_index":{"columns":[{"column":"note","sort":"DESC"},{"column":"A \"b\", c"},{"column":"id"}],"name":"k","table":"orders"}}]}""",
            history[4].Content);
        Assert.StartsWith("04_gone: in which order index \"gone\" has its columns", Assert.Single(report.Unsure), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_who_holds_pgrolls_table_is_waited_for_and_named()
    {
        await using var database = await PreparedAsync();
        await using var source = Source(database);
        await using var holder = await database.OpenSessionAsync(CancellationToken);
        await holder.ExecuteAsync("BEGIN; LOCK TABLE pgroll.migrations IN ROW EXCLUSIVE MODE", CancellationToken);
        var progress = Events.When(e => e is MigrationEvent.LockAwaited, () => holder.ExecuteAsync("COMMIT", CancellationToken));

        var report = await AdoptAsync(source, new MigratorOptions { LockTimeout = TimeSpan.FromMilliseconds(50) }, drop: true, progress);

        Assert.True(report.IsPgrollDropped);
        Assert.Contains(holder.Backend, progress.All.OfType<MigrationEvent.LockAwaited>().SelectMany(e => e.Holders).Select(h => h.ProcessId));
    }

    [Fact]
    public async Task When_the_patience_ends_nothing_was_changed()
    {
        await using var database = await PreparedAsync();
        await using var source = Source(database);
        await using var holder = await database.OpenSessionAsync(CancellationToken);
        await holder.ExecuteAsync("BEGIN; LOCK TABLE pgroll.migrations IN ROW EXCLUSIVE MODE", CancellationToken);
        var shortly = TimeSpan.FromMilliseconds(20);

        var refused = await Assert.ThrowsAsync<MigrationException>(
            () => AdoptAsync(source, new MigratorOptions { LockTimeout = shortly, LockPatience = shortly }, drop: false));

        Assert.Equal(("LK1302", MigrationOutcome.NothingChanged, "Nothing was changed."), (refused.Code, refused.Outcome, refused.IsTrue));
        Assert.Contains($"held by process {holder.Backend} ", refused.Problem, StringComparison.Ordinal);
        Assert.Equal(0, await database.ScalarAsync<long>("SELECT count(*) FROM pg_namespace WHERE nspname = 'lockkeeper'", CancellationToken));
    }

    [Fact]
    public async Task Dropping_pgroll_can_come_later_and_leaves_nothing_of_it()
    {
        await using var database = await PreparedAsync();
        await using var source = Source(database);
        await AdoptAsync(source);

        var report = await AdoptAsync(source, drop: true);

        Assert.Empty(report.Imported);
        Assert.True(report.IsPgrollDropped);
        Assert.Equal(0, await database.ScalarAsync<long>(
            "SELECT (SELECT count(*) FROM pg_event_trigger) + (SELECT count(*) FROM pg_namespace WHERE nspname = 'pgroll')", CancellationToken));
    }

    [Fact]
    public async Task What_its_triggers_wrote_down_since_is_in_the_way_of_nothing()
    {
        await using var database = await PreparedAsync();
        await using var source = Source(database);
        await AdoptAsync(source);
        await database.ExecuteAsync(
            "INSERT INTO pgroll.migrations (schema, name, migration, parent, done, migration_type) "
            + "VALUES ('public', '02_last_20260101000000000000', '{\"operations\": [{\"sql\": {\"up\": \"CREATE SCHEMA public_03\"}}]}', '02_last', true, 'inferred')",
            CancellationToken);

        Assert.Empty((await AdoptAsync(source)).Imported);
        Assert.True((await AdoptAsync(source, drop: true)).IsPgrollDropped);
    }

    [Theory]
    [InlineData("LK1404", "ALTER SCHEMA pgroll RENAME TO elsewhere")]
    [InlineData("LK1405", "INSERT INTO pgroll.migrations (schema, name, migration, parent) VALUES ('public', '03_now', '{}', '02_last')")]
    [InlineData("LK1406", "CREATE TABLE x (); INSERT INTO lockkeeper.migrations (schema_name, name, kind, state) VALUES ('public', 'ours', 'baseline', 'complete')")]
    [InlineData("LK1407", "INSERT INTO pgroll.migrations (schema, name, migration, done) VALUES ('shop', '01', '{}', true)")]
    [InlineData("LK1408", "DELETE FROM pgroll.migrations")]
    [InlineData("LK1411", "ALTER TABLE pgroll.migrations RENAME COLUMN done TO finished")]
    public async Task What_cannot_be_taken_over_is_refused_and_nothing_is_changed(string code, string before)
    {
        await using var database = await PreparedAsync();
        await using var source = Source(database);
        await database.ExecuteAsync("SET pgroll.no_inferred_migrations = 'TRUE'; DROP EVENT TRIGGER pg_roll_handle_ddl", CancellationToken);
        await Migrator(source).InitializeAsync(CancellationToken);
        await database.ExecuteAsync($"SET pgroll.no_inferred_migrations = 'TRUE'; {before}", CancellationToken);
        var state = await StateAsync(database);

        var refused = await Assert.ThrowsAsync<MigrationException>(() => AdoptAsync(source, drop: true));

        Assert.Equal((code, MigrationOutcome.NothingChanged), (refused.Code, refused.Outcome));
        Assert.Equal(state, await StateAsync(database));
    }

    [Fact]
    public async Task Each_schema_is_adopted_by_itself_and_the_last_one_may_drop_pgroll()
    {
        await using var database = await PreparedAsync();
        await database.ExecuteAsync(
            "SET pgroll.no_inferred_migrations = 'TRUE'; CREATE SCHEMA shop; "
            + "INSERT INTO pgroll.migrations (schema, name, migration, done) VALUES ('shop', '01', '{\"operations\": [{\"sql\": {\"up\": \"SELECT 1\"}}]}', true)",
            CancellationToken);
        await using var source = Source(database);
        await AdoptAsync(source);

        var report = await new PgrollAdopter(source, new MigratorOptions { Schema = new Identifier("shop") }, TimeProvider.System)
            .AdoptAsync(Pgroll, dropPgroll: true, null, CancellationToken);

        Assert.Equal(["01"], report.Imported.Select(migration => migration.Name));
    }

    [Fact]
    public async Task An_adopted_migration_cannot_be_started_once_more()
    {
        await using var database = await PreparedAsync();
        await using var source = Source(database);
        await AdoptAsync(source, drop: true);

        var refused = await Assert.ThrowsAsync<MigrationException>(() => Migrator(source).StartAsync(
            Migration.Parse("operations: [{sql: {up: SELECT 1}}]", "01_note.yaml"), null, CancellationToken));

        Assert.Equal("LK1205", refused.Code);
    }

    private async Task<TestDatabase> PreparedAsync()
    {
        var database = await postgres.CloneAsync(CancellationToken);
        await database.ExecuteAsync(PgrollTables.Sql, CancellationToken);
        return database;
    }

    private static NpgsqlDataSource Source(TestDatabase database) =>
        ServerDataSource.Create(new ConnectionOptions { Text = database.ConnectionString });

    private static Task<AdoptionReport> AdoptAsync(NpgsqlDataSource source, bool drop = false) =>
        AdoptAsync(source, new MigratorOptions(), drop);

    private static Task<AdoptionReport> AdoptAsync(
        NpgsqlDataSource source, MigratorOptions options, bool drop, IProgress<MigrationEvent>? progress = null) =>
        new PgrollAdopter(source, options, TimeProvider.System).AdoptAsync(Pgroll, drop, progress, CancellationToken);

    private static Migrator Migrator(NpgsqlDataSource source) =>
        new(source, new MigratorOptions(), TimeProvider.System, NullLoggerFactory.Instance);

    private static Task<string> StateAsync(TestDatabase database) => database.ScalarAsync<string>(
        """
        SELECT concat_ws(' ', (SELECT count(*) FROM lockkeeper.migrations), (SELECT string_agg(evtname, ',' ORDER BY evtname) FROM pg_event_trigger),
                         (SELECT string_agg(nspname, ',' ORDER BY nspname) FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp)'))
        """,
        CancellationToken);
}
