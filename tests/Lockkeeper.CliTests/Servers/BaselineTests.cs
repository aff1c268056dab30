using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.CliTests.Servers;

public sealed class BaselineTests(PostgresFixture postgres)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_file_makes_the_same_schema_in_an_empty_database()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.Database.ExecuteAsync(
            """
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE TABLE notes (id serial PRIMARY KEY, order_id bigint REFERENCES orders ON DELETE CASCADE, m mood DEFAULT 'sad', t text CHECK (t <> ''));
            CREATE INDEX notes_t ON notes (lower(t)) WHERE t IS NOT NULL;
            CREATE VIEW sad AS SELECT * FROM notes WHERE m = 'sad';
            COMMENT ON COLUMN notes.t IS 'it''s a "text"';
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.t := 'a; b'; RETURN NEW; END $$;
            CREATE TRIGGER notes_touch BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION touch();
            """,
            CancellationToken);
        var before = await CatalogText.ReadAsync(scene.Database, CancellationToken);
        await scene.SucceedAsync(["init"], ["baseline", "00_base", scene.Folder]);

        await using var empty = await postgres.CloneAsync(CancellationToken);
        var terminal = TestTerminal.Piped().With("LOCKKEEPER_PG_URL", empty.ConnectionString);
        Assert.Equal(0, await terminal.RunAsync("init"));
        var exitCode = await terminal.RunAsync("migrate", scene.Folder, "--complete", "--use-version-schema", "false");

        Assert.True(exitCode == 0, terminal.Error);
        Assert.Equal(before, WithoutState(await CatalogText.ReadAsync(empty, CancellationToken)));
        Assert.Equal("The database is up to date: no migration is missing.\n", (await scene.RunAsync("migrate", scene.Folder)).Out);
    }

    [Fact]
    public async Task Made_after_other_files_it_stands_for_them_where_there_is_no_history_and_is_passed_over_where_there_is_one()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        scene.File("00_orders.yaml", "operations: [{sql: {up: \"CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL)\"}}]");
        scene.File("01_note.yaml", Scene.AddNote);
        await scene.SucceedAsync(["init"], ["baseline", "00_orders"], ["migrate", scene.Folder, "--complete"]);
        await scene.SucceedAsync(["baseline", "02_base", scene.Folder]);
        scene.File("03_more.yaml", "operations: [{add_column: {table: orders, column: {name: more, type: text, nullable: true}}}]");

        await using var staging = await postgres.CloneAsync(CancellationToken);
        await using var empty = await postgres.CloneAsync(CancellationToken);
        await staging.ExecuteAsync("CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL)", CancellationToken);
        var toStaging = TestTerminal.Piped().With("LOCKKEEPER_PG_URL", staging.ConnectionString);
        foreach (var args in new string[][] { ["init"], ["baseline", "00_orders"], ["start", "-c", Path.Combine(scene.Folder, "01_note.yaml")] })
        {
            Assert.True(await toStaging.RunAsync(args) == 0, toStaging.Error);
        }

        var toEmpty = TestTerminal.Piped().With("LOCKKEEPER_PG_URL", empty.ConnectionString);
        Assert.Equal(0, await toEmpty.RunAsync("init"));
        Assert.True(await toEmpty.RunAsync("migrate", scene.Folder, "--complete") == 0, toEmpty.Error);
        Assert.True(await toStaging.RunAsync("migrate", scene.Folder, "--complete") == 0, toStaging.Error);
        await scene.SucceedAsync(["migrate", scene.Folder, "--complete"]);

        const string History = "SELECT string_agg(name || ' ' || kind, ', ' ORDER BY id) FROM lockkeeper.migrations";
        Assert.Equal("02_base baseline, 03_more migration", await empty.ScalarAsync<string>(History, CancellationToken));
        Assert.Equal("00_orders baseline, 01_note migration, 03_more migration", await staging.ScalarAsync<string>(History, CancellationToken));
        Assert.Equal(await Columns(scene.Database), await Columns(empty));
        Assert.Equal(await Columns(scene.Database), await Columns(staging));
        Assert.Equal(0, await toEmpty.RunAsync("migrate", scene.Folder));
        Assert.EndsWith("The database is up to date: no migration is missing.\n", toEmpty.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_in_a_database_its_file_can_be_pulled_from_there()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"], ["baseline", "00_base", scene.Folder]);
        await using var empty = await postgres.CloneAsync(CancellationToken);
        var terminal = TestTerminal.Piped().With("LOCKKEEPER_PG_URL", empty.ConnectionString);
        Assert.Equal(0, await terminal.RunAsync("init"));
        Assert.Equal(0, await terminal.RunAsync("migrate", scene.Folder, "--complete"));

        var pulled = Path.Combine(scene.Folder, "pulled");
        Assert.Equal(0, await terminal.RunAsync("pull", pulled));

        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(scene.Folder, "00_base.yaml"), CancellationToken),
            await File.ReadAllTextAsync(Path.Combine(pulled, "00_base.yaml"), CancellationToken));
    }

    [Fact]
    public async Task It_comes_after_all_that_is_applied()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        var file = scene.File("02_note.yaml", Scene.AddNote);
        await scene.SucceedAsync(["init"], ["baseline", "00_orders"], ["start", file, "--complete"]);

        var result = await scene.RunAsync("baseline", "01_base", scene.Folder);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("error LK1412: \"01_base\" does not come after \"02_note\"", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(scene.Folder, "01_base.yaml")));
    }

    [Fact]
    public async Task What_the_file_cannot_hold_is_said()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.Database.ExecuteAsync("CREATE AGGREGATE total(integer) (sfunc = int4pl, stype = integer)", CancellationToken);
        await scene.SucceedAsync(["init"]);

        var result = await scene.RunAsync("baseline", "00_base", scene.Folder, "--json");

        Assert.Contains("warning: The file does not hold aggregate public.total", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"leftOut\": [", result.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(scene.Folder, "00_base.json")));
        Assert.EndsWith(
            "01_base.yaml makes the same schema in an empty database, but for what the warnings name.\n",
            (await scene.RunAsync("baseline", "01_base", scene.Folder)).Out,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_by_the_database_it_leaves_no_file()
    {
        await using var scene = await Scene.CreateAsync(postgres);

        Assert.Equal(3, (await scene.RunAsync("baseline", "00_base", scene.Folder)).ExitCode);

        Assert.False(File.Exists(Path.Combine(scene.Folder, "00_base.yaml")));
    }

    [Fact]
    public async Task A_history_that_cannot_be_written_leaves_no_file()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        await scene.Database.ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON lockkeeper.migrations FOR EACH ROW EXECUTE FUNCTION refuse();
            """,
            CancellationToken);

        Assert.Equal(3, (await scene.RunAsync("baseline", "00_base", scene.Folder)).ExitCode);

        Assert.False(File.Exists(Path.Combine(scene.Folder, "00_base.yaml")));
    }

    [Fact]
    public async Task A_file_of_that_name_is_not_written_over_and_the_history_is_not_begun()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"]);
        scene.File("00_base.yaml", "mine");

        var result = await scene.RunAsync("baseline", "00_base", scene.Folder);

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("error LK1402: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("no migrations", (await scene.RunAsync("status")).Out, StringComparison.Ordinal);
    }

    private static async Task<string> Columns(TestDatabase database) => string.Join(' ', (await database.QueryAsync(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'orders' ORDER BY 1",
        CancellationToken)).Select(row => row[0]));

    private static string WithoutState(string catalog) =>
        string.Join('\n', catalog.Split('\n').Where(line => !line.Contains("lockkeeper", StringComparison.Ordinal)));
}
