using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Tables whose rows live in partitions of partitions, and move between them.</summary>
public sealed class PartitionTests(PostgresFixture postgres)
{
    private const string Events = """
        CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY, region text NOT NULL, day integer NOT NULL, note text, price integer) PARTITION BY LIST (region);
        CREATE TABLE events_eu PARTITION OF events FOR VALUES IN ('eu') PARTITION BY RANGE (day);
        CREATE TABLE events_eu_early PARTITION OF events_eu FOR VALUES FROM (0) TO (50);
        CREATE TABLE events_eu_late PARTITION OF events_eu FOR VALUES FROM (50) TO (1000);
        CREATE TABLE events_us (price integer, note text, id bigint NOT NULL, dropped integer, region text NOT NULL, day integer NOT NULL);
        ALTER TABLE events_us DROP COLUMN dropped;
        ALTER TABLE events ATTACH PARTITION events_us FOR VALUES IN ('us');
        CREATE TABLE events_else PARTITION OF events DEFAULT;
        INSERT INTO events (region, day, note, price) SELECT (ARRAY['eu', 'us', 'xx'])[1 + i % 3], i % 100, 'n' || i, i FROM generate_series(1, 900) i;
        """;

    // A client that meets a row which another one is moving is refused by the server (40001), with us or without us.
    private const string Alone = "SELECT pg_advisory_xact_lock({n} % 900 + 1); ";

    [Theory, EachPostgres]
    public Task Rows_that_move_between_partitions_stay_in_step(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            Yaml.AddColumn("{name: tag, type: text, nullable: false}", "region || ':' || day", "events"),
            Yaml.AlterColumn("price", "type: text, nullable: false", "coalesce(price, 0)::text", "price::integer", "events"),
            Yaml.DropColumn("note", "'from ' || region", "events")))
        .On(Events)
        .WithOldWrites(
            "INSERT INTO events (region, day, note, price) VALUES ((ARRAY['eu', 'us', 'xx'])[1 + {n} % 3], {n} % 100, 'o', {n})",
            Alone + "UPDATE events SET region = CASE region WHEN 'eu' THEN 'us' WHEN 'us' THEN 'xx' ELSE 'eu' END WHERE id = {n} % 900 + 1",
            Alone + "UPDATE events SET day = (day + 50) % 100 WHERE id = {n} % 900 + 1",
            Alone + "UPDATE events SET price = {n} WHERE id = {n} % 900 + 1",
            "DELETE FROM events WHERE id = {n} % 90000 + 900")
        .WithNewWrites(
            "INSERT INTO events (region, day, tag, price) VALUES ((ARRAY['eu', 'us', 'xx'])[1 + {n} % 3], {n} % 100, 'mine', '{n}')",
            Alone + "UPDATE events SET region = CASE region WHEN 'eu' THEN 'us' WHEN 'us' THEN 'xx' ELSE 'eu' END, tag = 'moved' WHERE id = {n} % 900 + 1",
            Alone + "UPDATE events SET day = (day + 50) % 100, price = '{n}' WHERE id = {n} % 900 + 1",
            Alone + "UPDATE events SET price = '{n}' WHERE id = {n} % 900 + 1")
        .HoldsWhileStarted(
            "(SELECT count(*) = 0 FROM {old}.events o JOIN {new}.events n USING (id) WHERE n.price IS DISTINCT FROM coalesce(o.price, 0)::text OR n.tag IS NULL)",
            "(SELECT count(*) = 0 FROM {old}.events WHERE _lockkeeper_pending)"));

    [Theory, EachPostgres]
    public async Task What_each_version_wrote_moves_along_with_the_row(int version)
    {
        await using var both = await postgres.StartAsync(version, Events, Yaml.Of(
            Yaml.AddColumn("{name: tag, type: text, nullable: true}", "region || ':' || day", "events"),
            Yaml.AlterColumn("price", "type: text", "price::text", "price::integer", "events")));

        await both.NewAsync("UPDATE events SET tag = 'mine' WHERE id = 3; UPDATE events SET region = 'us' WHERE id = 3");
        Assert.Equal("public.events_us|mine|3", await both.NewReadsAsync("e.tableoid::regclass, n.tag, n.price FROM public.events e JOIN events n USING (id) WHERE id = 3"));

        await both.OldAsync("UPDATE events SET region = 'eu', day = 70 WHERE id = 3");
        Assert.Equal("public.events_eu_late|eu:70|3", await both.NewReadsAsync("e.tableoid::regclass, n.tag, n.price FROM public.events e JOIN events n USING (id) WHERE id = 3"));

        await both.NewAsync("UPDATE events SET day = 5, tag = 'again', price = '77' WHERE id = 3");
        Assert.Equal("public.events_eu_early|again|77", await both.NewReadsAsync("e.tableoid::regclass, n.tag, e.price FROM public.events e JOIN events n USING (id) WHERE id = 3"));

        await both.OldAsync("UPDATE events SET day = 6, price = 78 WHERE id = 3");
        Assert.Equal("eu:6|78", await both.NewReadsAsync("tag, price FROM events WHERE id = 3"));

        await both.OldAsync("UPDATE events SET note = 'x' WHERE id = 3");
        Assert.Equal("eu:6|78", await both.NewReadsAsync("tag, price FROM events WHERE id = 3"));
    }

    [Theory, EachPostgres]
    public async Task A_partition_that_is_made_while_both_versions_serve_carries_over_too(int version)
    {
        await using var both = await postgres.StartAsync(version, Events, Yaml.Of(
            Yaml.AddColumn("{name: tag, type: text, nullable: true}", "region || ':' || day", "events")));
        await both.OldAsync("DELETE FROM events WHERE region = 'jp'; CREATE TABLE events_jp PARTITION OF events FOR VALUES IN ('jp')");
        await both.OldAsync("SET session_replication_role = replica; INSERT INTO events (region, day) VALUES ('jp', 1); RESET session_replication_role");

        Assert.Equal("jp:1", await both.NewReadsAsync("tag FROM events WHERE region = 'jp'"));
        await both.Migrator.RollbackAsync(null, TestContext.Current.CancellationToken);
    }

    [Theory]
    [EachPostgres("add_column: {table: events, column: {name: code, type: text, nullable: true, unique: true}}")]
    [EachPostgres("alter_column: {table: events, column: region, type: varchar(9), up: region, down: region}")]
    [EachPostgres("alter_column: {table: events, column: day, type: bigint, up: day, down: day}")]
    [EachPostgres("drop_column: {table: events, column: day, down: \"1\"}")]
    [EachPostgres("alter_column: {table: events, column: price, type: bigint, up: price, down: price}")]
    [EachPostgres("alter_column: {table: events, column: note, type: varchar(9), up: note, down: note}")]
    public async Task What_a_partitioned_table_cannot_do_is_refused(int version, string operation)
    {
        var message = await postgres.AssertRefusedAsync(
            version, operation.Contains("code", StringComparison.Ordinal) ? "LK1111" : "LK1110",
            Events + "CREATE INDEX in_us ON events_us (price); ALTER TABLE events_else ADD CHECK (note <> '');",
            Yaml.Of(operation));
        Assert.Contains("partition", message, StringComparison.Ordinal);
    }
}
