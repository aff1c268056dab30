using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>What fails in the middle of a verb: the message says what is true, and it is.</summary>
public sealed class FailureTests(PostgresFixture postgres)
{
    private const string Tens = """
        operations:
          - add_column:
              table: orders
              up: price / 10
              column: { name: ten, type: int, nullable: true, references: { name: orders_ten_fkey, table: tens, column: id } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres("add_column: { table: orders, up: \"left(customer, 1)\", column: { name: c, type: text, unique: true, nullable: true } }", "LK1303", "(c)", InTurn = true)]
    [EachPostgres("add_column: { table: orders, up: \"CASE WHEN id = 77 THEN NULL ELSE customer END\", column: { name: c, type: text } }", "LK2003", "id=77", InTurn = true)]
    [EachPostgres("add_column: { table: orders, up: \"1 / (price - 77)\", column: { name: c, type: int, nullable: true } }", "LK2003", "id=77", InTurn = true)]
    [EachPostgres("alter_column: { table: orders, column: customer, type: \"varchar(4)\", up: customer, down: customer }", "LK2003", "too long", InTurn = true)]
    public async Task Rows_that_do_not_fit_undo_the_start(int version, string operation, string code, string named)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.StartAsync($"operations: [{operation}]", Cancellation));

        TestContext.Current.TestOutputHelper?.WriteLine(failed.Message);
        Assert.Equal((code, MigrationOutcome.Undone), (failed.Code, failed.Outcome));
        Assert.Contains(named.Replace("id=", "", StringComparison.Ordinal), failed.Problem, StringComparison.Ordinal);
        Assert.Contains("undone", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("resume", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("stays filled", failed.Message, StringComparison.Ordinal);
        await scene.AssertAsBeforeAsync(Cancellation);
        await scene.StartAsync(Table.Change, Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task What_somebody_else_made_meanwhile_under_the_same_name_is_not_dropped(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        var migration = Migration.Parse(
            "operations: [create_table: { name: notes, columns: [{ name: id, type: int, pk: true }] }]", "02_change.yaml");
        var events = Events.When(
            e => e is MigrationEvent.StageStarted,
            () => scene.Database.ExecuteAsync("CREATE TABLE notes (a text); INSERT INTO notes VALUES ('mine')", Cancellation));

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().StartAsync(migration, events, Cancellation));

        Assert.Equal(("LK1301", MigrationOutcome.Undone), (failed.Code, failed.Outcome));
        Assert.Equal("mine", await scene.Database.ScalarAsync<string>("SELECT a FROM notes", Cancellation));
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_sequence_of_the_users_that_takes_a_serial_columns_name_meanwhile_is_not_dropped(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders, Cancellation);
        var migration = Migration.Parse("operations: [add_column: { table: orders, column: { name: number, type: serial } }]", "02_change.yaml");
        var events = Events.When(
            e => e is MigrationEvent.StageStarted, () => scene.Database.ExecuteAsync("CREATE SEQUENCE orders_number_seq START 42", Cancellation));

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().StartAsync(migration, events, Cancellation));

        Assert.Equal(MigrationOutcome.Undone, failed.Outcome);
        Assert.Equal(42, await scene.Database.ScalarAsync<long>("SELECT nextval('orders_number_seq')", Cancellation));
        await scene.Database.ExecuteAsync("DROP SEQUENCE orders_number_seq", Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task An_index_of_another_table_that_takes_the_name_meanwhile_is_left_alone(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Table.Orders + "CREATE TABLE other (x int);", Cancellation);
        var migration = Migration.Parse(
            "operations: [add_column: { table: orders, up: customer, column: { name: c, type: text, unique: true } }]", "02_change.yaml");
        var events = Events.When(
            e => e is MigrationEvent.BackfillAdvanced,
            () => scene.Database.ExecuteAsync("CREATE INDEX orders_c_key ON other (x)", Cancellation));

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().StartAsync(migration, events, Cancellation));

        Assert.Equal(("LK1301", MigrationOutcome.Undone), (failed.Code, failed.Outcome));
        await scene.Database.ExecuteAsync("DROP INDEX orders_c_key", Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task Rows_that_violate_a_foreign_key_stop_completion_before_anything_is_swapped(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, Table.Orders + "CREATE TABLE tens (id int PRIMARY KEY); INSERT INTO tens SELECT generate_series(0, 1999);", Cancellation);
        await scene.StartAsync(Tens, Cancellation);
        var started = await CatalogText.ReadAsync(scene.Database, Cancellation);

        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().CompleteAsync(null, Cancellation));

        TestContext.Current.TestOutputHelper?.WriteLine(failed.Message);
        Assert.Equal(("LK1304", MigrationOutcome.Resumable), (failed.Code, failed.Outcome));
        Assert.Contains("2000", failed.Problem, StringComparison.Ordinal);
        Assert.Equal(started, await CatalogText.ReadAsync(scene.Database, Cancellation));
        await scene.Database.ExecuteAsync("INSERT INTO orders (customer, price) VALUES ('old', 1)", Cancellation);
        await scene.Database.ExecuteAsync("SET search_path = public_02_change; INSERT INTO orders (customer, price, ten) VALUES ('new', 1, 2)", Cancellation);

        await scene.Database.ExecuteAsync("INSERT INTO tens VALUES (2000)", Cancellation);
        Assert.Empty((await scene.Migrator().CompleteAsync(null, Cancellation)).Drift);
        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    [Theory, EachPostgres(InTurn = true)]
    public async Task A_completion_that_stopped_at_validation_can_be_rolled_back(int version)
    {
        await using var scene = await MigrationScene.CreateAsync(
            postgres, version, Table.Orders + "CREATE TABLE tens (id int PRIMARY KEY); INSERT INTO tens SELECT generate_series(0, 1999);", Cancellation);
        await scene.StartAsync(Tens, Cancellation);
        await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().CompleteAsync(null, Cancellation));

        await scene.Migrator().RollbackAsync(null, Cancellation);

        await scene.AssertAsBeforeAsync(Cancellation);
    }
}
