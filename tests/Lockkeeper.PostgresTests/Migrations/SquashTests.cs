using Lockkeeper.Migrations;
using Lockkeeper.Model.Naming;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Several migrations applied as one: clients of the version before survive all of them, and the history has a row for each.</summary>
public sealed class SquashTests(PostgresFixture postgres)
{
    private const string Rename = "operations: [{rename_column: {table: orders, from: customer, to: client}}]";
    private const string Shout = "operations: [{add_column: {table: orders, up: upper(client), column: {name: shout, type: text}}}]";
    private const string Retype = "operations: [{alter_column: {table: orders, column: shout, type: \"varchar(30)\", up: lower(shout), down: upper(shout)}}]";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Migration All => Migration.Squash(Part("02_a", Rename), Part("03_b", Shout), Part("04_c", Retype));

    [Theory, EachPostgres(InTurn = true)]
    public Task Clients_of_the_version_before_all_of_them_and_of_the_last_write_without_a_failure(int version) => postgres.RunAsync(version, Orders
        .Under(
            RenameTableTests.Rename("orders", "purchases"),
            Yaml.AlterColumn("cost", "type: bigint, nullable: false", "coalesce(cost, 0) * 100", "cost / 100", "purchases"),
            Yaml.AddColumn("{name: store, type: integer, nullable: true, references: {name: at, table: stores, column: id}}", table: "purchases"))
        .SquashedWith(
            Yaml.Of("create_table: {name: shops, columns: [{name: id, type: serial, pk: true}, {name: name, type: text, nullable: true}]}"),
            Yaml.Of(Yaml.RenameColumn("price", "cost"), Yaml.AddColumn("{name: shout, type: text, nullable: true}", "upper(customer)")),
            Yaml.Of(RenameTableTests.Rename("shops", "stores"), Yaml.DropColumn("customer", "lower(shout)")))
        .WithNewWrites("INSERT INTO purchases (shout, cost) VALUES ('w', {n})", "UPDATE purchases SET cost = {n} WHERE id = {n} % 600 + 1")
        .HoldsWhileStarted(
            "(SELECT count(*) = 0 FROM {new}.purchases p JOIN {old}.orders o USING (id) WHERE p.cost / 100 <> coalesce(o.price, 0))",
            "to_regnamespace('public_01_0') IS NULL AND to_regnamespace('public_01_1') IS NULL"));

    [Theory, EachPostgres(InTurn = true)]
    public async Task Every_verb_can_be_cancelled_at_every_event_and_the_history_has_all_of_them_or_none(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.StartAsync(All, e, c), MigrationState.Started, Cancellation);
        Assert.Equal(["02_a Started 04_c", "03_b Started 04_c", "04_c Started "], await HistoryAsync(scene));
        Assert.Equal(0, await scene.CountAsync("public_04_c.orders WHERE shout <> client", Cancellation));
        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.RollbackAsync(e, c), MigrationState.None, Cancellation);
        Assert.Empty(await HistoryAsync(scene));
        await scene.AssertAsBeforeAsync(Cancellation);
        await scene.Migrator().StartAsync(All, null, Cancellation);
        await CancelledVerb.AtEachEventAsync(scene, (m, e, c) => m.CompleteAsync(e, c), MigrationState.Complete, Cancellation);
        Assert.Equal(["02_a Complete 04_c", "03_b Complete 04_c", "04_c Complete "], await HistoryAsync(scene));
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task The_version_is_that_of_the_last_and_a_further_migration_follows_it(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        var report = await scene.Migrator().StartAsync(All, null, Cancellation);

        Assert.Equal(("04_c", new Identifier("public_04_c")), (report.Migration, report.VersionSchema));
        Assert.Equal(["02_a", "03_b"], report.Squashed);
        Assert.Equal(["02_a", "03_b"], (await scene.Migrator().StatusAsync(Cancellation)).Squashed);
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await scene.StartAsync("operations: [{drop_column: {table: orders, column: shout, down: client}}]", Cancellation, "05_d");
        var status = await scene.Migrator().StatusAsync(Cancellation);
        Assert.Equal((new Identifier("public_05_d"), new Identifier("public_04_c")), (status.VersionSchema, status.PreviousVersionSchema));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task An_interrupted_start_goes_on_with_the_same_migrations_and_no_others(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => scene.Migrator().StartAsync(All, Events.WhenHalfFilled(() => cancel.CancelAsync()), cancel.Token));

        await RefusedAsync(scene, "LK1202", Part("04_c", Retype));
        await RefusedAsync(scene, "LK1202", Part("02_a", Rename));
        await RefusedAsync(scene, "LK1202", Migration.Squash(Part("03_b", Shout), Part("04_c", Retype)));
        await RefusedAsync(scene, "LK1204", Migration.Squash(Part("02_a", Rename), Part("03_b", Retype), Part("04_c", Retype)));
        await scene.Migrator().StartAsync(All, null, Cancellation);
        Assert.Equal(0, await scene.CountAsync("public_04_c.orders WHERE shout <> client", Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await RefusedAsync(scene, "LK1205", All);
        await RefusedAsync(scene, "LK1205", Part("03_b", Shout));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task What_runs_on_completion_is_refused_unless_it_is_in_the_last(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        var late = Part("03_late", "operations: [{sql: {up: CREATE TABLE late (id integer), onComplete: true}}]");

        var refused = await scene.AssertRefusedAsync<InvalidMigrationException>(
            () => scene.Migrator().StartAsync(Migration.Squash(Part("02_a", Rename), late, Part("04_b", Shout)), null, Cancellation), Cancellation);

        Assert.Equal(("LK1170", "03_late.yaml"), (refused.Code, refused.Position.File));
        Assert.Contains("03_late", refused.Problem, StringComparison.Ordinal);
        await scene.Migrator().StartAsync(Migration.Squash(Part("02_a", Rename), late), null, Cancellation);
        await scene.Migrator().CompleteAsync(null, Cancellation);
        Assert.Equal(0, await scene.CountAsync("late", Cancellation));
    }

    [Fact]
    public void One_migration_squashed_is_that_migration()
    {
        var one = Part("02_a", Rename);

        Assert.Same(one, Migration.Squash(one));
        Assert.Throws<ArgumentOutOfRangeException>(() => Migration.Squash());
        Assert.Equal(["02_a", "03_b", "04_c"], Migration.Squash(Migration.Squash(one, Part("03_b", Shout)), Part("04_c", Retype)).Parts.Select(p => p.Name));
    }

    private static Migration Part(string name, string yaml) => Migration.Parse(yaml, $"{name}.yaml");

    private static async Task<IEnumerable<string>> HistoryAsync(MigrationScene scene) =>
        (await scene.Migrator().HistoryAsync(Cancellation)).Select(m => $"{m.Name} {m.State} {m.SquashedInto}");

    private static async Task RefusedAsync(MigrationScene scene, string code, Migration migration)
    {
        var refused = await scene.AssertRefusedAsync<MigrationException>(() => scene.Migrator().StartAsync(migration, null, Cancellation), Cancellation);
        Assert.Equal((code, MigrationOutcome.NothingChanged), (refused.Code, refused.Outcome));
    }
}
