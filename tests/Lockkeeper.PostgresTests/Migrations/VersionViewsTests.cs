using Lockkeeper.Migrations;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>What the schema of a version holds: a view for each table, and in it what clients found at the table.</summary>
public sealed class VersionViewsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Columns_stay_in_their_places_from_version_to_version_also_when_a_copy_stands_last_in_the_table(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, "CREATE TABLE t (id int PRIMARY KEY, a int, b int, c varchar(9)); INSERT INTO t VALUES (1, 2, 3, '4')", Cancellation);

        await StartAsync(scene, "01", Yaml.AlterColumn("b", "type: bigint", "b * 10", "(b / 10)::int", "t"), Yaml.AddColumn("{name: d, type: int, nullable: true}", table: "t"));
        Assert.Equal("id a b c d", await ShownAsync(scene, "01"));
        await scene.Database.ExecuteAsync("SET search_path = public_01; INSERT INTO t VALUES (2, 20, 30, '40', 50)", Cancellation);
        await scene.Migrator().CompleteAsync(null, Cancellation);
        Assert.Equal("id a c b d", await ColumnsAsync(scene, "public"));

        // The old name of a renamed column and a copy of a copy.
        await StartAsync(
            scene, "02",
            Yaml.AlterColumn("b", "check: {name: big, constraint: b > 0}", "b * 10", "b / 10", "t"), Yaml.RenameColumn("b", "e", "t"), Yaml.DropColumn("a", "1", "t"));
        Assert.Equal("id a b c d", await ShownAsync(scene, "01"));
        Assert.Equal("id e c d", await ShownAsync(scene, "02"));
        Assert.Equal("(2,300,40,50)", await scene.Database.ScalarAsync<string>("SELECT r::text FROM public_02.t r WHERE id = 2", Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);

        // What the user's SQL does is seen when it has been done; the last makes the view anew for a column's new type.
        await StartAsync(scene, "03", "sql: {up: ALTER TABLE t ADD f int}");
        Assert.Equal("id e c d f", await ShownAsync(scene, "03"));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await StartAsync(scene, "04", Yaml.AlterColumn("c", "type: text", table: "t"), "sql: {up: ALTER TABLE t ADD g int, onComplete: true}");
        await scene.Migrator().CompleteAsync(null, Cancellation);
        Assert.Equal("id e c d f g", await ShownAsync(scene, "04"));
        await StartAsync(scene, "05", "sql: {up: ALTER TABLE t RENAME g TO h}", Yaml.AddColumn("{name: i, type: int, nullable: true}", table: "t"));
        Assert.Equal("id e c d f h i", await ShownAsync(scene, "05"));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        Assert.Equal("id c d e f h i", await ColumnsAsync(scene, "public"));
    }

    [Theory, EachPostgres]
    public async Task Comments_grants_and_defaults_are_those_of_the_table_and_what_is_no_table_is_left_alone(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            """
            CREATE TABLE "T" (id int GENERATED ALWAYS AS IDENTITY, "a b" int DEFAULT 5, c text DEFAULT 'c');
            COMMENT ON TABLE "T" IS 'it''s'; COMMENT ON COLUMN "T"."a b" IS 'a and b';
            CREATE VIEW seen AS SELECT id FROM "T"; CREATE MATERIALIZED VIEW kept AS SELECT id FROM "T"; CREATE SEQUENCE s;
            CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE afar (id int) SERVER far;
            CREATE TABLE parted (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF parted DEFAULT;
            CREATE FOREIGN TABLE far_part PARTITION OF parted FOR VALUES IN (7) SERVER far;
            """,
            Cancellation);
        await using var roles = await Roles.CreateAsync(scene, Cancellation);
        await scene.Database.ExecuteAsync(
            $"""
            GRANT SELECT, DELETE ON "T" TO {roles.Using} WITH GRANT OPTION; GRANT SELECT (id), UPDATE ("a b") ON "T" TO PUBLIC; GRANT TRUNCATE, TRIGGER ON "T" TO {roles.Using};
            """,
            Cancellation);
        await scene.RememberAsync(Cancellation);

        await StartAsync(
            scene, "01", Yaml.RenameColumn("a b", "ab", "T"), Yaml.AlterColumn("c", "default: \"'d'\"", table: "T"), Yaml.AddColumn("{name: e, type: int, default: \"6\", comment: new}", table: "T"));

        await scene.Database.ExecuteAsync("INSERT INTO \"T\" DEFAULT VALUES; INSERT INTO public_01.\"T\" DEFAULT VALUES", Cancellation);
        Assert.Equal("(1,5,c,6) (2,5,d,6)", await scene.Database.ScalarAsync<string>("SELECT string_agg(t::text, ' ' ORDER BY id) FROM public_01.\"T\" t", Cancellation));
        Assert.Equal(["T", "parted"], await TextsAsync(scene, "SELECT relname::text FROM pg_class WHERE relnamespace = 'public_01'::regnamespace ORDER BY relname"));
        Assert.Equal(
            ["-:it's", "ab:a and b", "e:new"],
            await TextsAsync(scene, "SELECT coalesce(attname, '-') || ':' || description FROM pg_description LEFT JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid AND attnum > 0 WHERE objoid = 'public_01.\"T\"'::regclass ORDER BY 1"));
        var using_ = roles.Using;
        Assert.Equal(
            [$"{using_} DELETE true", $"{using_} SELECT true", "PUBLIC ab UPDATE false", "PUBLIC id SELECT false"],
            await TextsAsync(
                scene,
                $"""
                SELECT concat_ws(' ', nullif(grantee, 0)::regrole, CASE WHEN grantee = 0 THEN 'PUBLIC' END, attname, privilege_type, is_grantable::text) FROM (
                    SELECT '' || NULL AS attname, (aclexplode(relacl)).* FROM pg_class WHERE oid = 'public_01."T"'::regclass
                    UNION ALL SELECT attname, (aclexplode(attacl)).* FROM pg_attribute WHERE attrelid = 'public_01."T"'::regclass) granted
                WHERE grantee IN (0, '{using_}'::regrole) ORDER BY grantee DESC, 1
                """));
        Assert.Equal(
            version >= 15 ? ["security_invoker=true"] : [],
            await TextsAsync(scene, "SELECT DISTINCT unnest(reloptions) FROM pg_class WHERE relnamespace = 'public_01'::regnamespace"));
        await scene.Database.ExecuteAsync("DROP TABLE part; DROP VIEW seen; DROP MATERIALIZED VIEW kept", Cancellation);
        Assert.Empty((await scene.Migrator().CompleteAsync(null, Cancellation)).Drift);
    }

    private static Task<MigrationReport> StartAsync(MigrationScene scene, string name, params IEnumerable<string> operations) =>
        scene.StartAsync(Yaml.Of(operations), Cancellation, name);

    private static Task<string> ShownAsync(MigrationScene scene, string name) => ColumnsAsync(scene, $"public_{name}");

    private static Task<string> ColumnsAsync(MigrationScene scene, string schema) => scene.Database.ScalarAsync<string>(
        $"SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '{schema}.t'::regclass AND attnum > 0 AND NOT attisdropped", Cancellation);

    private static async Task<IEnumerable<string?>> TextsAsync(MigrationScene scene, string sql) =>
        (await scene.Database.QueryAsync(sql, Cancellation)).Select(row => (string?)row[0]);
}
