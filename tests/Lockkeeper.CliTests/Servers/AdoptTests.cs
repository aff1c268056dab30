using System.Text.Json;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.CliTests.Servers;

public sealed class AdoptTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_history_is_listed_and_what_is_left_of_pgroll_is_named()
    {
        await using var database = await PreparedAsync();

        var result = await RunAsync(database, "adopt");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            """
            00_base (baseline)
            01_note
            01_note_20240103000000000000 (inferred)
            02_last
            The history of "public" is Lockkeeper's now.

            """.ReplaceLineEndings("\n"),
            result.Out);
        Assert.Contains("(pg_roll_handle_ddl, pg_roll_handle_drop)", result.Error, StringComparison.Ordinal);
        Assert.Contains("    DROP EVENT TRIGGER \"pg_roll_handle_ddl\";\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("    DROP SCHEMA \"pgroll\" CASCADE;\n", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pulled_files_and_the_history_agree()
    {
        await using var database = await PreparedAsync();
        using var files = new TemporaryFile("01_note.yaml", "operations: [{add_column: {table: orders, column: {name: note, type: text, nullable: true}}}]");
        files.Add("02_last.yaml", "operations: [{sql: {up: whatever pgroll made of it}}]");

        Assert.Equal(0, (await RunAsync(database, "adopt", "--drop-pgroll")).ExitCode);
        Assert.Equal(0, (await RunAsync(database, "pull", files.Folder)).ExitCode);

        Assert.Equal("The database is up to date: no migration is missing.\n", (await RunAsync(database, "migrate", files.Folder)).Out);
        Assert.Equal("public_two\n", (await RunAsync(database, "latest", "schema")).Out);
    }

    [Fact]
    public async Task A_history_in_another_order_than_that_of_the_names_goes_on_from_a_baseline()
    {
        await using var database = await PreparedAsync();
        await database.ExecuteAsync(
            "INSERT INTO pgroll.migrations (schema, name, migration, parent, done) "
            + "VALUES ('public', '00_late', '{\"operations\": [{\"sql\": {\"up\": \"SELECT 1\"}}]}', '02_last', true)",
            CancellationToken);
        using var files = new TemporaryFile("read.me", "");
        Assert.Equal(0, (await RunAsync(database, "adopt", "--drop-pgroll")).ExitCode);
        Assert.Equal(0, (await RunAsync(database, "pull", files.Folder)).ExitCode);

        var refused = await RunAsync(database, "migrate", files.Folder);
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("lockkeeper baseline NAME DIR", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(database, "baseline", "03_base", files.Folder)).ExitCode);
        files.Add("04_tag.yaml", "operations: [{add_column: {table: orders, column: {name: tag, type: text, nullable: true}}}]");

        Assert.Equal(0, (await RunAsync(database, "migrate", files.Folder, "--complete")).ExitCode);
        await using var empty = await postgres.CloneAsync(CancellationToken);
        Assert.Equal(0, (await RunAsync(empty, "init")).ExitCode);
        Assert.Equal(0, (await RunAsync(empty, "migrate", files.Folder, "--complete")).ExitCode);
        Assert.Equal(0, await empty.ScalarAsync<long>("SELECT count(tag) FROM orders", CancellationToken));
    }

    [Fact]
    public async Task With_json_it_is_one_object()
    {
        await using var database = await PreparedAsync();

        var output = JsonDocument.Parse((await RunAsync(database, "adopt", "--json", "--drop-pgroll")).Out).RootElement;

        Assert.Equal(4, output.GetProperty("imported").GetArrayLength());
        Assert.Equal("public_two", output.GetProperty("imported")[3].GetProperty("versionSchema").GetString());
        Assert.True(output.GetProperty("pgrollDropped").GetBoolean());
        Assert.Empty(output.GetProperty("removal").EnumerateArray());
    }

    [Fact]
    public async Task The_state_schema_may_have_another_name()
    {
        await using var database = await PreparedAsync();
        await database.ExecuteAsync("SET pgroll.no_inferred_migrations = 'TRUE'; ALTER SCHEMA pgroll RENAME TO rolling", CancellationToken);

        Assert.Contains("error LK1404: ", (await RunAsync(database, "adopt")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync(database, "adopt", "--pgroll-schema", "rolling")).ExitCode);
    }

    [Fact]
    public async Task An_active_migration_is_pgrolls_to_finish()
    {
        await using var database = await PreparedAsync();
        await database.ExecuteAsync(
            "INSERT INTO pgroll.migrations (schema, name, migration, parent) VALUES ('public', '03_now', '{}', '02_last')", CancellationToken);

        var result = await RunAsync(database, "adopt");

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("error LK1405: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("pgroll complete", result.Error, StringComparison.Ordinal);
    }

    private async Task<TestDatabase> PreparedAsync()
    {
        var database = await postgres.CloneAsync(CancellationToken);
        await database.ExecuteAsync(PgrollTables.Sql, CancellationToken);
        return database;
    }

    private static async Task<CommandResult> RunAsync(TestDatabase database, params string[] args)
    {
        var terminal = TestTerminal.Piped().With("LOCKKEEPER_PG_URL", database.ConnectionString);
        return new CommandResult(await terminal.RunAsync(args), terminal.Out, terminal.Error);
    }
}
