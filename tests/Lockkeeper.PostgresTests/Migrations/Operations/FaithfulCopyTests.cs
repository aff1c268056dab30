using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

/// <summary>A column that is copied keeps all that somebody gave it. That nothing else changed, the cycle sees: the catalog equals the predicted one.</summary>
public sealed class FaithfulCopyTests(PostgresFixture postgres)
{
    private const string Setup = """
        CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL, kind text);
        INSERT INTO items SELECT i, 'n' || i, 'k' FROM generate_series(1, 500) i;
        ALTER TABLE items ALTER COLUMN name SET STORAGE EXTERNAL, ALTER COLUMN name SET COMPRESSION pglz, ALTER COLUMN name SET STATISTICS 321;
        GRANT SELECT (name), UPDATE (name) ON items TO PUBLIC;
        COMMENT ON COLUMN items.name IS 'how it is called';
        ALTER TABLE items ADD CONSTRAINT named CHECK (length(name) > 0), ADD CONSTRAINT one_name UNIQUE (name) INCLUDE (kind);
        COMMENT ON CONSTRAINT named ON items IS 'no item without a name';
        COMMENT ON CONSTRAINT one_name ON items IS 'no name twice';
        CREATE INDEX by_name ON items (lower(name) COLLATE "C" text_pattern_ops DESC NULLS LAST) INCLUDE (kind) WITH (fillfactor = 70) WHERE kind <> '';
        COMMENT ON INDEX by_name IS 'for the search';
        CREATE SEQUENCE ids;
        """;

    private static readonly string[] Kept =
    [
        "(SELECT attcompression = 'p' AND attstattarget = 321 FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'name')",
        """
        (SELECT array_agg(privilege_type ORDER BY privilege_type) = '{SELECT,UPDATE}' FROM pg_attribute, aclexplode(attacl)
         WHERE attrelid = 'items'::regclass AND attname = 'name' AND grantee = 0)
        """,
        "(SELECT obj_description(oid, 'pg_constraint') = 'no item without a name' FROM pg_constraint WHERE conname = 'named')",
        "(SELECT obj_description(oid, 'pg_constraint') = 'no name twice' FROM pg_constraint WHERE conname = 'one_name')",
        "obj_description('by_name'::regclass, 'pg_class') = 'for the search'",
        """
        pg_get_indexdef('by_name'::regclass) LIKE
            '%lower(%) COLLATE "C" text_pattern_ops DESC NULLS LAST) INCLUDE (kind) WITH (fillfactor=''70'') WHERE (kind <> ''''::text)'
        """,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task A_copy_of_a_type_that_is_stored_alike_keeps_everything(int version) => await CycleOf("varchar(90)")
        .HoldsWhenComplete([.. Kept, "(SELECT attstorage = 'e' FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'name')"])
        .RunAsync(await postgres.CloneAsync(version, Cancellation), Cancellation);

    [Theory, EachPostgres]
    public async Task A_copy_of_a_type_that_is_stored_otherwise_says_what_it_does_not_keep(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            """
            CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL);
            ALTER TABLE items ALTER COLUMN name SET STORAGE EXTERNAL, ALTER COLUMN name SET COMPRESSION pglz;
            """,
            Cancellation);
        var migration = Migration.Parse(
            "operations: [alter_column: { table: items, column: name, type: bytea, up: \"convert_to(name, 'UTF8')\", down: \"convert_from(name, 'UTF8')\" }]",
            "02_change.yaml");

        var plan = await scene.Migrator().PlanAsync(migration, Cancellation);
        await scene.Migrator().StartAsync(migration, null, Cancellation);
        var completed = await scene.Migrator().CompleteAsync(null, Cancellation);

        Assert.Contains("Column \"name\" is stored as its new type is by itself, and no longer EXTERNAL.", plan.Notes);
        Assert.Contains("Large values of column \"name\" are compressed by the server's default, and no longer by pglz.", plan.Notes);
        Assert.Empty(completed.Drift);
    }

    [Theory, EachPostgres]
    public async Task A_type_that_is_set_in_place_keeps_storage_and_compression(int version) => await Cycle
        .Of("operations: [alter_column: { table: items, column: code, type: varchar(80) }]")
        .On("""
            CREATE TABLE items (id int PRIMARY KEY, code varchar(40));
            ALTER TABLE items ALTER COLUMN code SET STORAGE EXTERNAL, ALTER COLUMN code SET COMPRESSION pglz, ALTER COLUMN code SET STATISTICS 99;
            """)
        .WithOldWrites("INSERT INTO items VALUES ({n}, 'a') ON CONFLICT (id) DO NOTHING")
        .WithNewWrites("INSERT INTO items VALUES ({n}, 'b') ON CONFLICT (id) DO NOTHING")
        .HoldsWhenComplete(
            "(SELECT attstorage = 'e' AND attcompression = 'p' AND attstattarget = 99 FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'code')")
        .RunAsync(await postgres.CloneAsync(version, Cancellation), Cancellation);

    private static Cycle CycleOf(string type) => Cycle
        .Of($"operations: [alter_column: {{ table: items, column: name, type: {type}, up: \"name || '!'\", down: \"rtrim(name, '!')\" }}]")
        .On(Setup)
        .WithOldWrites("INSERT INTO items VALUES (1000 + nextval('ids'), 'old' || currval('ids'), 'k')", "UPDATE items SET kind = 'k{n}' WHERE id = {n} % 500 + 1")
        .WithNewWrites("INSERT INTO items (id, name, kind) VALUES (1000 + nextval('public.ids'), 'new' || currval('public.ids') || '!', 'k')", "UPDATE items SET kind = 'k{n}' WHERE id = {n} % 500 + 1");
}
