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
    public async Task What_the_file_cannot_hold_is_said()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.Database.ExecuteAsync("CREATE AGGREGATE total(integer) (sfunc = int4pl, stype = integer)", CancellationToken);
        await scene.SucceedAsync(["init"]);

        var result = await scene.RunAsync("baseline", "00_base", scene.Folder, "--json");

        Assert.Contains("warning: The file does not hold aggregate public.total", result.Error, StringComparison.Ordinal);
        Assert.Contains("\"leftOut\": [", result.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(scene.Folder, "00_base.json")));
    }

    [Fact]
    public async Task Refused_by_the_database_it_leaves_no_file()
    {
        await using var scene = await Scene.CreateAsync(postgres);

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

    private static string WithoutState(string catalog) =>
        string.Join('\n', catalog.Split('\n').Where(line => !line.Contains("lockkeeper", StringComparison.Ordinal)));
}
