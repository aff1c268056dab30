using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class CreateIndexTests(PostgresFixture postgres)
{
    internal static string Index(string fields, string name = "made", string table = "orders") =>
        $"create_index: {{name: {Yaml.Quoted(name)}, table: {table}, {fields}}}";

    [Theory]
    [EachPostgres("columns: [{column: customer}]", "USING btree (customer)")]
    [EachPostgres("columns: [{column: price}], method: hash, storage_parameters: fillfactor = 70", "USING hash (price) WITH (fillfactor='70')")]
    [EachPostgres("columns: [{column: id}, {column: price, sort: DESC, nulls: LAST}], unique: true", "USING btree (id, price DESC NULLS LAST)")]
    [EachPostgres("columns: [{column: customer, collate: '\"C\"', opclass: {name: text_pattern_ops}, sort: asc, nulls: first}]", "USING btree (customer COLLATE \"C\" text_pattern_ops NULLS FIRST)")]
    [EachPostgres("columns: [{expression: 'lower(customer) -- said'}], predicate: 'price > 0 -- dear', include: [id]", "USING btree (lower(customer)) INCLUDE (id) WHERE (price > 0)")]
    [EachPostgres("columns: [{column: id, opclass: {name: int8_minmax_multi_ops, params: ['values_per_range=16']}}], method: brin", "USING brin (id int8_minmax_multi_ops (values_per_range='16'))")]
    public Task Every_field_and_clients_write_while_it_is_built(int version, string fields, string definition) => postgres.RunAsync(version, Orders
        .Under(Index(fields))
        .HoldsWhileStarted($"pg_get_indexdef('made'::regclass) LIKE '%{definition.Replace("'", "''", StringComparison.Ordinal)}'", "(SELECT indisvalid FROM pg_index WHERE indexrelid = 'made'::regclass)"));

    [Theory, EachPostgres]
    public async Task Nulls_may_count_as_equal(int version)
    {
        var yaml = Yaml.Of(Index("columns: [{column: note}], unique: true, nulls_not_distinct: true", table: "t"));
        if (version < 15)
        {
            await postgres.AssertRefusedAsync(version, "LK1111", "CREATE TABLE t (note text)", yaml);
            return;
        }

        await using var both = await postgres.StartAsync(version, "CREATE TABLE t (note text); INSERT INTO t VALUES (NULL)", yaml);
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => both.OldAsync("INSERT INTO t VALUES (NULL)"));
    }

    [Theory, EachPostgres]
    public Task On_columns_and_under_names_that_are_new_in_the_migration(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AddColumn("{name: shout, type: text, nullable: false}", "upper(customer)"),
            Yaml.RenameColumn("price", "Cost"),
            Yaml.AlterColumn("Cost", "type: bigint", "\"Cost\"", "\"Cost\""),
            Index("columns: [{column: shout, sort: DESC}, {expression: '\"Cost\" + 1'}], include: [Cost], predicate: 'shout <> ''shout'' AND \"Cost\" > 0'"))
        .WithNewWrites("INSERT INTO orders (customer, \"Cost\", shout) VALUES ('w', {n}, 'W')", "UPDATE orders SET \"Cost\" = {n} WHERE id = {n} % 600 + 1")
        .HoldsWhenComplete(
            "(SELECT array_agg(attname::text ORDER BY attnum) = ARRAY['shout', 'expr', 'Cost'] FROM pg_attribute WHERE attrelid = 'made'::regclass)"));

    // Before the backfill it would make every update of a row write the index too.
    [Theory, EachPostgres]
    public async Task It_is_built_after_the_rows_are_filled(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup, TestContext.Current.CancellationToken);
        var plan = await scene.Migrator().PlanAsync(
            Migration.Parse(Yaml.Of(Yaml.AddColumn("{name: shout, type: text}", "upper(customer)"), Index("columns: [{column: shout}]")), "02_x.yaml"),
            TestContext.Current.CancellationToken);

        Assert.Equal(
            ["TransactionStage", "BackfillStage", "CREATE", "ANALYZE", "TransactionStage"],
            plan.Start.Select(stage => stage is StatementStage alone ? alone.Step.Sql.Split(' ')[0] : stage.GetType().Name));
    }

    [Theory, EachPostgres]
    public async Task Both_versions_obey_a_unique_index_and_the_plan_says_so(int version)
    {
        await using var both = await postgres.StartAsync(version, Orders.Setup, Yaml.Of(Index("columns: [{column: customer}], unique: true")));

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => both.OldAsync("INSERT INTO orders (customer) VALUES ('c1')"));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => both.NewAsync("INSERT INTO orders (customer) VALUES ('c1')"));
    }

    [Theory, EachPostgres]
    public async Task Equal_keys_are_shown_and_nothing_is_left(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, Orders.Setup + "INSERT INTO orders (customer) VALUES ('c7')", cancellationToken);

        var failure = await Assert.ThrowsAsync<MigrationException>(
            () => scene.StartAsync(Yaml.Of(Index("columns: [{column: customer}], unique: true")), cancellationToken));

        Assert.Equal(("LK1303", MigrationOutcome.Undone), (failure.Code, failure.Outcome));
        Assert.Contains("(c7)", failure.Message, StringComparison.Ordinal);
        await scene.AssertAsBeforeAsync(cancellationToken);
    }

    // Somebody makes an index of the name between planning and building, but on another table: undoing must not take it for ours.
    [Theory, EachPostgres]
    public async Task An_index_that_somebody_else_made_meanwhile_survives_the_undoing(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup + "CREATE TABLE theirs (id integer)", cancellationToken);
        var makesIt = Events.When(
            e => e is MigrationEvent.StageStarted, () => scene.Database.ExecuteAsync("CREATE INDEX made ON theirs (id)", CancellationToken.None));

        await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().StartAsync(
            Migration.Parse(Yaml.Of(Index("columns: [{column: customer}]")), "02_x.yaml"), makesIt, cancellationToken));

        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT to_regclass('made') IS NOT NULL", cancellationToken));
    }

    [Theory, EachPostgres]
    public async Task An_interrupted_build_is_taken_back_or_done_again(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup, cancellationToken);
        const string Valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('made')";

        await InterruptAsync(scene, cancellationToken);
        Assert.False(await scene.Database.ScalarAsync<bool?>(Valid, cancellationToken));
        await scene.Migrator().RollbackAsync(null, cancellationToken);
        await scene.AssertAsBeforeAsync(cancellationToken);

        await InterruptAsync(scene, cancellationToken);
        Assert.False(await scene.Database.ScalarAsync<bool?>(Valid, cancellationToken));
        await scene.Migrator().ResumeAsync(null, cancellationToken);
        Assert.True(await scene.Database.ScalarAsync<bool?>(Valid, cancellationToken));
    }

    [Theory, EachPostgres]
    public Task Partition_by_partition(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(
            Yaml.AddColumn("{name: tag, type: text, nullable: false}", "kind || id", "events"),
            Index("columns: [{column: kind}, {column: tag}]", table: "events"),
            Index("columns: [{column: id, sort: DESC}], unique: true", "once", "events")))
        .On("""
            CREATE TABLE events (id integer NOT NULL, kind text NOT NULL) PARTITION BY RANGE (id);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (50000) PARTITION BY RANGE (id);
            CREATE TABLE "Events 1 1" PARTITION OF events_1 FOR VALUES FROM (0) TO (20000);
            CREATE TABLE events_1_2 PARTITION OF events_1 DEFAULT;
            CREATE TABLE events_2 PARTITION OF events DEFAULT;
            CREATE SEQUENCE ids START 100000;
            INSERT INTO events SELECT i * 100, 'k' FROM generate_series(1, 600) i;
            """)
        .WithOldWrites("INSERT INTO events VALUES (nextval('ids'), 'n')", "UPDATE events SET kind = 'u' WHERE id = {n}")
        .WithNewWrites("UPDATE events SET kind = 'x' WHERE id = {n} % 600 * 100", "DELETE FROM events WHERE id = {n}")
        .HoldsWhileStarted("(SELECT bool_and(indisvalid) FROM pg_index)", "(SELECT count(*) = 4 FROM pg_inherits WHERE inhparent = 'made'::regclass OR inhparent = 'made_events_1'::regclass)"));

    [Theory, EachPostgres]
    public Task An_empty_partitioned_table(int version) => postgres.RunAsync(version, Cycle
        .Of(Yaml.Of(Index("columns: [{column: id}]", table: "events")))
        .On("CREATE TABLE events (id integer NOT NULL) PARTITION BY RANGE (id)"));

    [Theory]
    [EachPostgres("LK1101", "nothing", "columns: [{column: id}]")]
    [EachPostgres("LK1102", "orders", "columns: [{column: nothing}]")]
    [EachPostgres("LK1102", "orders", "columns: [{column: id}], include: [nothing]")]
    [EachPostgres("LK1105", "orders", "columns: [{expression: nothing + 1}]")]
    [EachPostgres("LK1105", "orders", "columns: [{expression: now()}]")]
    [EachPostgres("LK1105", "orders", "columns: [{column: id, opclass: {name: text_ops}}]")]
    [EachPostgres("LK1105", "orders", "columns: [{column: id}], method: nothing")]
    [EachPostgres("LK1105", "orders", "columns: [{column: id}], method: hash, unique: true")]
    [EachPostgres("LK1105", "orders", "columns: [{column: id}], storage_parameters: colour = 1")]
    public Task What_does_not_fit_is_refused_before_anything_runs(int version, string code, string table, string fields) =>
        postgres.AssertRefusedAsync(version, code, Orders.Setup, Yaml.Of(Index(fields, table: table)));

    [Theory]
    [EachPostgres("orders_pkey")]
    [EachPostgres("orders")]
    [EachPostgres("seen")]
    public Task A_name_that_is_taken_is_refused(int version, string name) => postgres.AssertRefusedAsync(
        version, "LK1120", Orders.Setup + "CREATE VIEW seen AS SELECT 1", Yaml.Of(Index("columns: [{column: id}]", name)));

    [Theory]
    [InlineData("columns: [{column: id, expression: id}]")]
    [InlineData("columns: [{sort: ASC}]")]
    [InlineData("columns: [{column: id}], nulls_not_distinct: true")]
    [InlineData("columns: []")]
    public void Fields_that_contradict_each_other_are_refused(string fields) =>
        Assert.Throws<MigrationFormatException>(() => Migration.Parse(Yaml.Of(Index(fields)), "02_x.yaml"));

    // A build waits for a transaction that writes; there it is cancelled, and leaves what it has.
    private static async Task InterruptAsync(MigrationScene scene, CancellationToken cancellationToken)
    {
        using var cancel = new CancellationTokenSource();
        await using var writer = await scene.Database.OpenSessionAsync(cancellationToken);
        await writer.ExecuteAsync("BEGIN; UPDATE orders SET price = 1 WHERE id = 1", cancellationToken);
        var cancelling = CancelWhenBlockedAsync(scene, writer.Backend, cancel, cancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Migrator().StartAsync(
            Migration.Parse(Yaml.Of(Index("columns: [{column: customer}]")), "02_x.yaml"), null, cancel.Token));

        await cancelling;
        await writer.ExecuteAsync("ROLLBACK", cancellationToken);
    }

    private static async Task CancelWhenBlockedAsync(
        MigrationScene scene, int backend, CancellationTokenSource cancel, CancellationToken cancellationToken)
    {
        while (!await scene.Database.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE {backend} = ANY (pg_blocking_pids(pid)))", cancellationToken))
        {
        }

        await cancel.CancelAsync();
    }
}
