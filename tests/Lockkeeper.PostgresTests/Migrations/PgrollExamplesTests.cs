using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>pgroll's example migrations, one after the other on one database.</summary>
public sealed class PgrollExamplesTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Each_is_started_rolled_back_started_and_completed(int version)
    {
        var files = PgrollExamples.FilesOrSkip();
        await using var scene = await MigrationScene.CreateAsync(postgres, version, "SELECT 1", Cancellation);

        foreach (var file in files)
        {
            var migration = Migration.Parse(await File.ReadAllTextAsync(file, Cancellation), Path.GetFileName(file));
            await scene.RememberAsync(Cancellation);
            var migrator = scene.Migrator();

            await migrator.StartAsync(migration, null, Cancellation);
            await migrator.RollbackAsync(null, Cancellation);
            Assert.Equal((migration.Name, scene.Before), (migration.Name, await CatalogText.ReadAsync(scene.Database, Cancellation)));

            await migrator.StartAsync(migration, null, Cancellation);
            var completed = await migrator.CompleteAsync(null, Cancellation);
            Assert.Equal((migration.Name, ""), (migration.Name, string.Join('\n', completed.Drift)));
        }
    }
}
