using System.Globalization;
using Lockkeeper.Migrations;
using Lockkeeper.Server.Sessions;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;
using Npgsql;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>Bad input: refused with a code and what to do, before anything is changed.</summary>
public sealed class RefusalTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Migration Change => Migration.Parse(Table.Change, "02_change.yaml");

    [Theory]
    [EachPostgres("add_column: { table: ordres, column: { name: c, type: text, nullable: true } }", "LK1101", "ordres", 1)]
    [EachPostgres("alter_column: { table: orders, column: prize, type: bigint, up: prize, down: prize }", "LK1102", "prize", 1)]
    [EachPostgres("rename_column: { table: orders, from: prize, to: cost }", "LK1102", "prize", 1)]
    [EachPostgres("drop_column: { table: orders, column: prize }", "LK1102", "prize", 1)]
    [EachPostgres("add_column: { table: orders, column: { name: price, type: text, nullable: true } }", "LK1104", "price", 1)]
    [EachPostgres("rename_column: { table: orders, from: pad, to: price }", "LK1104", "price", 1)]
    [EachPostgres("add_column: { table: orders, column: { name: c, type: txet, nullable: true } }", "LK1106", "txet", 1)]
    [EachPostgres("add_column: { table: orders, up: \"upper(customer\", column: { name: c, type: text, nullable: true } }", "LK1105", "", 2)]
    [EachPostgres("add_column: { table: orders, up: upper(custmer), column: { name: c, type: text, nullable: true } }", "LK1105", "custmer", 2)]
    [EachPostgres("add_column: { table: orders, up: max(price), column: { name: c, type: int, nullable: true } }", "LK1105", "aggregate", 2)]
    [EachPostgres("add_column: { table: orders, up: price, column: { name: c, type: point, nullable: true } }", "LK1105", "", 2)]
    [EachPostgres("add_column: { table: orders, up: \"'x'); DROP TABLE orders; --\", column: { name: c, type: text } }", "LK1105", "", 2)]
    [EachPostgres("add_column: { table: orders, column: { name: c, type: text } }", "LK1108", "up", 0)]
    [EachPostgres("create_index: { name: orders_c_key, table: orders, columns: [{ column: pad }] }", "LK1120", "orders_c_key", 1)]
    [EachPostgres("add_column: { table: taken, up: \"1\", column: { name: c, type: int } }", "LK1119", "_lockkeeper_pending", 1)]
    [EachPostgres("create_table: { name: orders, columns: [{ name: id, type: int }] }", "LK1103", "orders", 1)]
    public async Task A_migration_that_does_not_fit_is_refused_at_its_place_in_the_file(
        int version, string operation, string code, string named, int placed)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres,
            version,
            Table.Orders + "CREATE TABLE other (x int); CREATE INDEX orders_c_key ON other (x); CREATE TABLE taken (_lockkeeper_pending int);",
            Cancellation);

        // "up: \"upper(customer\", column: {" would be YAML of its own kind.
        var text = operation.Replace("upper(customer,", "\"upper(customer\",", StringComparison.Ordinal);
        var refused = await scene.AssertRefusedAsync<InvalidMigrationException>(
            () => scene.StartAsync($"operations:\n  - {operation}", Cancellation), Cancellation);

        Assert.Equal(code, refused.Code);
        Assert.Contains(named, refused.Problem, StringComparison.Ordinal);
        Assert.StartsWith("02_change.yaml:2:", refused.Position.ToString(), StringComparison.Ordinal);
        Assert.True(placed == 0 || refused.Position.Column > 5, refused.Position.ToString());
        Assert.NotEmpty(refused.Remedy);
    }

    [Theory, EachPostgres]
    public async Task Verbs_without_anything_to_do_are_refused(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        await RefusedAsync(scene, "LK1203", m => m.CompleteAsync(null, Cancellation));
        await RefusedAsync(scene, "LK1203", m => m.RollbackAsync(null, Cancellation));
        await RefusedAsync(scene, "LK1203", m => m.ResumeAsync(null, Cancellation));
    }

    [Theory, EachPostgres]
    public async Task What_does_not_fit_the_state_of_a_migration_is_refused(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        var edited = Migration.Parse(Table.Change.Replace("upper", "lower", StringComparison.Ordinal), "02_change.yaml");
        var another = Migration.Parse(Table.Change, "03_another.yaml");
        await scene.StartAsync(Table.Change, Cancellation);

        await RefusedAsync(scene, "LK1202", m => m.StartAsync(Change, null, Cancellation));
        await RefusedAsync(scene, "LK1202", m => m.StartAsync(another, null, Cancellation));
        await RefusedAsync(scene, "LK1202", m => m.PlanAsync(another, Cancellation));
        await RefusedAsync(scene, "LK1204", m => m.StartAsync(edited, null, Cancellation));
        await RefusedAsync(scene, "LK1207", m => m.ResumeAsync(null, Cancellation));
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await RefusedAsync(scene, "LK1204", m => m.StartAsync(edited, null, Cancellation));
        await RefusedAsync(scene, "LK1205", m => m.StartAsync(Change, null, Cancellation));
        await RefusedAsync(scene, "LK1203", m => m.RollbackAsync(null, Cancellation));
    }

    [Theory, EachPostgres]
    public async Task A_completion_under_way_is_finished_and_nothing_else(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await scene.StartAsync(Table.Change, Cancellation);
        using var cancel = new CancellationTokenSource();
        var events = Events.When(
            e => e is MigrationEvent.StageDone { Stage: Lockkeeper.Migrations.Planning.TransactionStage }, () => cancel.CancelAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.Migrator().CompleteAsync(events, cancel.Token));

        await RefusedAsync(scene, "LK1207", m => m.RollbackAsync(null, Cancellation));
        await RefusedAsync(scene, "LK1202", m => m.StartAsync(Change, null, Cancellation));
        await scene.Migrator().ResumeAsync(null, Cancellation);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory, EachPostgres]
    public async Task A_name_that_would_be_cut_is_refused(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        var name = new string('v', 60);

        var refused = await scene.AssertRefusedAsync<InvalidMigrationException>(
            () => scene.StartAsync(Table.Change, Cancellation, name), Cancellation);

        Assert.Equal(("LK1107", $"{name}.yaml"), (refused.Code, refused.Position.ToString()));
    }

    [Theory, EachPostgres]
    public async Task A_schema_of_the_versions_name_that_is_there_already_is_refused(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders + "CREATE SCHEMA public_02_change;", Cancellation);

        await RefusedAsync(scene, "LK1211", m => m.StartAsync(Change, null, Cancellation));
    }

    [Theory, EachPostgres]
    public async Task A_missing_schema_missing_state_and_bad_options_are_refused(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        var nowhere = scene.Options with { Schema = new Lockkeeper.Model.Naming.Identifier("nowhere") };
        var refused = await scene.AssertRefusedAsync<InvalidMigrationException>(
            () => scene.Migrator(nowhere).StartAsync(Change, null, Cancellation), Cancellation);
        Assert.Equal("LK1118", refused.Code);
        var options = scene.Options with { LockTimeout = TimeSpan.Zero };
        var bad = await scene.AssertRefusedAsync<MigrationException>(
            () => scene.Migrator(options).StartAsync(Change, null, Cancellation), Cancellation);
        Assert.Equal("LK1208", bad.Code);

        await scene.Database.ExecuteAsync("DROP SCHEMA lockkeeper CASCADE", Cancellation);
        var uninitialized = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().StartAsync(Change, null, Cancellation));
        Assert.Equal(("LK1201", MigrationOutcome.NothingChanged), (uninitialized.Code, uninitialized.Outcome));
        Assert.NotEmpty((await scene.Migrator().PlanAsync(Change, Cancellation)).Start);
    }

    [Theory, EachPostgres]
    public async Task While_another_run_is_at_work_a_verb_waits_its_patience_and_names_it(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        await using var other = await scene.Database.OpenSessionAsync(Cancellation);
        await other.ExecuteAsync("SELECT pg_advisory_lock(hashtextextended('lockkeeper/public', 0))", Cancellation);
        var options = scene.Options with { RunPatience = TimeSpan.FromMilliseconds(300) };

        var refused = await scene.AssertRefusedAsync<MigrationException>(
            () => scene.Migrator(options).StartAsync(Change, null, Cancellation), Cancellation);

        Assert.Equal("LK1206", refused.Code);
        Assert.Contains(other.Backend.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_the_drivers_error()
    {
        await using var source = ServerDataSource.Create(new ConnectionOptions { Text = "Host=127.0.0.1;Port=1;Username=x;Timeout=5" });
        var migrator = new Migrator(source, new MigratorOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

        await Assert.ThrowsAsync<NpgsqlException>(() => migrator.StartAsync(Change, null, Cancellation));
    }

    private static async Task RefusedAsync(MigrationScene scene, string code, Func<Migrator, Task> verb)
    {
        var refused = await scene.AssertRefusedAsync<MigrationException>(() => verb(scene.Migrator()), Cancellation);
        Assert.Equal((code, MigrationOutcome.NothingChanged), (refused.Code, refused.Outcome));
    }
}
