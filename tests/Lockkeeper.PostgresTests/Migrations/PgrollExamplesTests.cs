using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>pgroll's example migrations, one after the other on one database.</summary>
public sealed class PgrollExamplesTests(PostgresFixture postgres)
{
    private const string Mistaken = "35_alter_column_multiple.yaml";

    // It runs CREATE TYPE as SQL and says nothing of how to undo that.
    private const string WithoutWayBack = "40_create_enum_type.yaml";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Each_is_started_rolled_back_started_and_completed(int version)
    {
        var files = PgrollExamples.FilesOrSkip();
        await using var scene = await MigrationScene.CreateAsync(postgres, version, "SELECT 1", Cancellation);

        foreach (var file in files)
        {
            var migration = Migration.Parse(await ReadAsync(file), Path.GetFileName(file));
            await scene.RememberAsync(Cancellation);
            var migrator = scene.Migrator();

            if (Path.GetFileName(file) != WithoutWayBack)
            {
                await migrator.StartAsync(migration, null, Cancellation);
                await migrator.RollbackAsync(null, Cancellation);
                Assert.Equal((migration.Name, scene.Before), (migration.Name, await CatalogText.ReadAsync(scene.Database, Cancellation)));
            }

            await migrator.StartAsync(migration, null, Cancellation);
            var completed = await migrator.CompleteAsync(null, Cancellation);
            Assert.Equal((migration.Name, ""), (migration.Name, string.Join('\n', completed.Drift)));
        }
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

    private static async Task<string> ReadAsync(string file)
    {
        var text = await File.ReadAllTextAsync(file, Cancellation);
        return Path.GetFileName(file) == Mistaken ? text.Replace("down: event_name", "down: name", StringComparison.Ordinal) : text;
    }
}
