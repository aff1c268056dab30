using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>pgroll's example migrations, one after the other on one database.</summary>
public sealed class PgrollExamplesTests(PostgresFixture postgres)
{
    private const string Mistaken = "35_alter_column_multiple.yaml";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres(InTurn = true)]
    public async Task Each_is_started_rolled_back_started_and_completed(int version)
    {
        var files = PgrollExamples.FilesOrSkip();
        await using var scene = await MigrationScene.CreateAsync(postgres, version, "SELECT 1", Cancellation);

        foreach (var file in files)
        {
            var migration = Migration.Parse(await ReadAsync(file), Path.GetFileName(file));
            var number = Path.GetFileName(file)[..2];
            await scene.RememberAsync(Cancellation);
            var migrator = scene.Migrator();
            var rows = await RowsAsync(scene);

            await migrator.StartAsync(migration, null, Cancellation);
            await migrator.RollbackAsync(null, Cancellation);
            Assert.Equal((migration.Name, scene.Before), (migration.Name, await CatalogText.ReadAsync(scene.Database, Cancellation)));
            Assert.Equal((migration.Name, rows), (migration.Name, await RowsAsync(scene)));

            await migrator.StartAsync(migration, null, Cancellation);
            var completed = await migrator.CompleteAsync(null, Cancellation);
            Assert.Equal((migration.Name, ""), (migration.Name, string.Join('\n', completed.Drift)));
            await scene.Database.ExecuteAsync(PgrollExampleRows.After.GetValueOrDefault(number, "SELECT 1"), Cancellation);
            Assert.Equal(
                (migration.Name, true),
                (migration.Name, await scene.Database.ScalarAsync<bool>($"SELECT {PgrollExampleRows.Holds.GetValueOrDefault(number, "true")}", Cancellation)));
        }

        // Written down from the files and from what pgroll does with them, not from what we do.
        Assert.Equal(
            await File.ReadAllLinesAsync(Path.Combine(RepositoryFolder.Find(), "tests/Lockkeeper.PostgresTests/Migrations/PgrollExamplesTests.tables.txt"), Cancellation),
            await TablesAsync(scene));
    }

    /// <remarks>Its "down" names a column that no version has. pgroll finds that when the first client of the new version writes.</remarks>
    [Fact]
    public async Task The_one_with_a_mistake_is_refused_at_its_place()
    {
        var file = PgrollExamples.FilesOrSkip().Single(f => Path.GetFileName(f) == Mistaken);
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            PostgresVersions.First,
            "CREATE TABLE events (id serial PRIMARY KEY, name varchar(255) DEFAULT '<placeholder>')",
            Cancellation);

        var refused = await Assert.ThrowsAsync<InvalidMigrationException>(
            async () => await scene.StartAsync(await File.ReadAllTextAsync(file, Cancellation), Cancellation, "35_alter_column_multiple"));

        Assert.Equal("LK1105", refused.Code);
        Assert.Contains("35_alter_column_multiple.yaml:15:13: The server refuses \"down\": column \"event_name\" does not exist", refused.Message, StringComparison.Ordinal);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    /// <remarks>Nobody would have used it: the new version has no client before the old one is gone.</remarks>
    [Fact]
    public async Task The_mistake_is_left_out_and_said_where_completion_follows_at_once()
    {
        var file = PgrollExamples.FilesOrSkip().Single(f => Path.GetFileName(f) == Mistaken);
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            PostgresVersions.First,
            "CREATE TABLE events (id serial PRIMARY KEY, name varchar(255) DEFAULT '<placeholder>'); INSERT INTO events (name) VALUES ('abcd'), (NULL)",
            Cancellation);
        var migrator = scene.Migrator(scene.Options with { CompletesAtOnce = true });

        var started = await migrator.StartAsync(Migration.Parse(await File.ReadAllTextAsync(file, Cancellation), "35_alter_column_multiple.yaml"), null, Cancellation);
        await migrator.CompleteAsync(null, Cancellation);

        Assert.Contains(started.Notes, note => note.StartsWith("The server refuses \"down\" of column \"name\": column \"event_name\" does not exist.", StringComparison.Ordinal));
        Assert.Equal("abcd,placeholder", await scene.Database.ScalarAsync<string>("SELECT string_agg(name, ',' ORDER BY id) FROM events", Cancellation));
    }

    private static async Task<string> RowsAsync(MigrationScene scene) => await scene.Database.ScalarAsync<string?>(
        """
        SELECT string_agg(relname || ' ' || query_to_xml(format('SELECT * FROM public.%I t ORDER BY t::text', relname), true, false, '')::text, E'\n' ORDER BY relname)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        """,
        Cancellation) ?? "";

    private static async Task<IEnumerable<string>> TablesAsync(MigrationScene scene) => (await scene.Database.QueryAsync(
        """
        SELECT line FROM (
            SELECT format('%s.%s %s%s%s%s%s', relname, attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN ' NOT NULL' END,
                ' DEFAULT ' || pg_get_expr(adbin, adrelid), ' GENERATED ' || nullif(attidentity::text, ''), ' COMMENT ' || col_description(c.oid, attnum))
            FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
            UNION ALL
            SELECT format('%s: %s %s%s', conrelid::regclass, conname, pg_get_constraintdef(o.oid),
                (SELECT ' REPLICA IDENTITY' FROM pg_index WHERE indexrelid = conindid AND indisreplident AND contype <> 'f'))
            FROM pg_constraint o WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
            UNION ALL
            SELECT format('%s: %s', indrelid::regclass, pg_get_indexdef(indexrelid))
            FROM pg_index JOIN pg_class c ON c.oid = indrelid
            WHERE relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
            UNION ALL
            SELECT format('version %s: %s', nspname, (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = n.oid))
            FROM pg_namespace n WHERE nspname LIKE 'public\_%') AS lines (line)
        ORDER BY line COLLATE "C"
        """,
        Cancellation)).Select(row => (string)row[0]!);

    private static async Task<string> ReadAsync(string file)
    {
        var text = await File.ReadAllTextAsync(file, Cancellation);
        return Path.GetFileName(file) == Mistaken ? text.Replace("down: event_name", "down: name", StringComparison.Ordinal) : text;
    }
}
