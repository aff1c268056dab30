using System.Text.RegularExpressions;
using Lockkeeper.Migrations;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Dependents;

/// <summary>A column that is part of everything is changed: afterwards all of that is as it was, but for what was to change.</summary>
public sealed partial class EverythingSurvivesTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Completed_all_is_as_before_but_for_the_comment_that_was_to_change(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Furnished.Setup(version), Cancellation);
        var before = await CatalogAsync(scene);

        var migration = Change("type: integer, comment: changed", "\"Code\" + 0");
        await scene.Migrator().StartAsync(migration, null, Cancellation);
        var completed = await scene.Migrator().CompleteAsync(null, Cancellation);

        Assert.Empty(completed.Drift);
        Assert.Equal(Lines(before.Replace("comment which kind", "comment changed", StringComparison.Ordinal)), Lines(await CatalogAsync(scene)));
    }

    [Theory, EachPostgres]
    public async Task Completed_only_types_have_changed(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Furnished.Setup(version), Cancellation);
        var before = await CatalogAsync(scene);

        await scene.Migrator().StartAsync(Change("type: bigint", "\"Code\""), null, Cancellation);
        var completed = await scene.Migrator().CompleteAsync(null, Cancellation);

        Assert.Empty(completed.Drift);
        Assert.Equal(Lines(WithoutTypes(before)), Lines(WithoutTypes(await CatalogAsync(scene))));
        Assert.Equal("bigint,bigint,bigint,bigint,bigint", await scene.Database.ScalarAsync<string>(
            """
            SELECT string_agg(format_type(atttypid, atttypmod), ',') FROM pg_attribute
            WHERE attrelid IN ('"Items of"'::regclass, 'reporting."Dear"'::regclass, 'reporting.counted'::regclass) AND attname IN ('Code', 'next', 'top')
            """,
            Cancellation));
    }

    [Theory, EachPostgres]
    public async Task Rolled_back_the_database_is_as_before(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Furnished.Setup(version), Cancellation);
        var before = await CatalogAsync(scene);

        await scene.Migrator().StartAsync(Change("type: bigint", "\"Code\""), null, Cancellation);
        Assert.NotEqual(before, await CatalogAsync(scene));
        await scene.Migrator().RollbackAsync(null, Cancellation);

        Assert.Equal(Lines(before), Lines(await CatalogAsync(scene)));
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres]
    public async Task Both_columns_of_a_key_may_change_and_so_may_the_identity(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Furnished.Setup(version), Cancellation);
        var before = await CatalogAsync(scene);

        var migration = Migration.Parse(
            Yaml.Of(
                Yaml.AlterColumn("Code", "type: bigint", "\"Code\"", "\"Code\"", "Items of"),
                Yaml.AlterColumn("id", "type: bigint", "id", "id", "Items of"),
                Yaml.AlterColumn("kind", "type: bigint", "kind", "kind", "parcels")),
            "02_change.yaml");
        await scene.Migrator().StartAsync(migration, null, Cancellation);
        var completed = await scene.Migrator().CompleteAsync(null, Cancellation);

        Assert.Empty(completed.Drift);
        Assert.Equal(Lines(WithoutTypes(before)), Lines(WithoutTypes(await CatalogAsync(scene))));
        Assert.Equal(
            "bigint", await scene.Database.ScalarAsync<string>("SELECT data_type::text FROM pg_sequences WHERE sequencename = 'item_numbers'", Cancellation));
    }

    private static Migration Change(string change, string up) =>
        Migration.Parse(Yaml.Of(Yaml.AlterColumn("Code", change, up, "\"Code\"", "Items of")), "02_change.yaml");

    private static async Task<string> CatalogAsync(MigrationScene scene) =>
        string.Join('\n', (await scene.Database.QueryAsync(Furnished.Catalog, Cancellation)).Select(row => (string?)row[0]));

    private static string[] Lines(string text) => [.. text.Split('\n').Order(StringComparer.Ordinal)];

    // A literal beside a column of another type is cast to it, and a sequence counts as far as its type goes.
    private static string WithoutTypes(string catalog) => NumberWithCast().Replace(TypeName().Replace(catalog, "int"), "$1");

    [GeneratedRegex("bigint|integer|9223372036854775807|2147483647|int[48]")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\((\d+)\)::int")]
    private static partial Regex NumberWithCast();
}
