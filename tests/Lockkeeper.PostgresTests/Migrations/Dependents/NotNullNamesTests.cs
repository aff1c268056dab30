using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Dependents;

/// <summary>Since PostgreSQL 18 NOT NULL has a name: the user's is kept, and none is left that speaks of a column's name in between.</summary>
public sealed class NotNullNamesTests(PostgresFixture postgres)
{
    private const int FirstWithNames = 18;

    private const string Setup = """
        CREATE TABLE items (id int PRIMARY KEY, code int CONSTRAINT "always a code" NOT NULL, plain int NOT NULL, maybe int);
        INSERT INTO items SELECT i, i, i, i FROM generate_series(1, 50) i;
        CREATE TABLE events (id int NOT NULL, code int CONSTRAINT coded NOT NULL, plain int NOT NULL) PARTITION BY RANGE (id);
        CREATE TABLE events_1 PARTITION OF events DEFAULT PARTITION BY RANGE (id);
        CREATE TABLE events_1_1 PARTITION OF events_1 DEFAULT;
        INSERT INTO events SELECT i, i, i FROM generate_series(1, 50) i;
        """;

    private static readonly string Change = Yaml.Of(
        Yaml.AlterColumn("code", "type: bigint", "code", "code", "items"),
        Yaml.AlterColumn("plain", "type: bigint", "plain", "plain", "items"),
        Yaml.AlterColumn("maybe", "type: bigint, nullable: false", "coalesce(maybe, 0)", "maybe", "items"),
        Yaml.AlterColumn("id", "type: bigint", "id", "id", "items"),
        Yaml.AddColumn("{name: fresh, type: int, default: \"1\"}", table: "items"),
        Yaml.AddColumn("{name: filled, type: int}", "id", "items"),
        Yaml.AlterColumn("code", "type: bigint", "code", "code", "events"),
        Yaml.AlterColumn("plain", "type: bigint", "plain", "plain", "events"),
        Yaml.AddColumn("{name: fresh, type: int, default: \"1\"}", table: "events"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Names_are_those_that_people_gave_or_the_server_would_have_given(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, Setup + (version >= FirstWithNames ? "COMMENT ON CONSTRAINT coded ON events IS 'c';" : ""), Cancellation);
        await scene.StartAsync(Change, Cancellation);

        Assert.Empty((await scene.Migrator().CompleteAsync(null, Cancellation)).Drift);

        Assert.Equal(
            version < FirstWithNames
                ? ""
                : """
                  events coded c
                  events events_fresh_not_null
                  events events_id_not_null
                  events events_plain_not_null
                  events_1 coded
                  events_1 events_fresh_not_null
                  events_1 events_id_not_null
                  events_1 events_plain_not_null
                  events_1_1 coded
                  events_1_1 events_fresh_not_null
                  events_1_1 events_id_not_null
                  events_1_1 events_plain_not_null
                  items always a code
                  items items_filled_not_null
                  items items_fresh_not_null
                  items items_id_not_null
                  items items_maybe_not_null
                  items items_plain_not_null
                  """,
            string.Join('\n', (await scene.Database.QueryAsync(
                """
                SELECT concat_ws(' ', conrelid::regclass, conname, obj_description(oid, 'pg_constraint')) FROM pg_constraint
                WHERE contype = 'n' AND conrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace) ORDER BY 1
                """,
                Cancellation)).Select(row => row[0])));
    }
}
