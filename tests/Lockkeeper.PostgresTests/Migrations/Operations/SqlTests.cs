using Lockkeeper.Migrations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Operations;

public sealed class SqlTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public Task What_up_did_at_start_is_undone_by_down(int version) => postgres.RunAsync(version, Orders
        .Under("sql: {up: \"CREATE FUNCTION two() RETURNS integer LANGUAGE sql AS 'SELECT 2'; CREATE INDEX twice ON orders (price)\", down: \"DROP FUNCTION two(); DROP INDEX twice\"}")
        .HoldsWhileStarted("to_regclass('{old}.twice') IS NOT NULL", "{old}.two() = 2")
        .HoldsWhenComplete("to_regclass('{old}.twice') IS NOT NULL"));

    [Theory, EachPostgres]
    public Task A_statement_that_cannot_run_in_a_transaction_runs_alone(int version) => postgres.RunAsync(version, Orders
        .Under("sql: {up: CREATE INDEX CONCURRENTLY by_price ON orders (price), down: DROP INDEX CONCURRENTLY by_price}")
        .HoldsWhileStarted("to_regclass('{old}.by_price') IS NOT NULL"));

    [Theory, EachPostgres]
    public Task On_completion_it_runs_after_the_other_operations(int version) => postgres.RunAsync(version, Orders
        .Under(
            Yaml.AddColumn("{name: note, type: text, nullable: true}", "customer"),
            "sql: {up: \"UPDATE orders SET note = 'done' WHERE id < 10; CREATE TABLE after (id integer)\", onComplete: true}")
        .HoldsWhileStarted("to_regclass('{old}.after') IS NULL")
        .HoldsWhenComplete("to_regclass('{old}.after') IS NOT NULL", "to_regclass('{new}.after') IS NOT NULL"));

    [Theory, EachPostgres]
    public async Task Sql_that_the_server_refuses_is_undone_and_says_so(int version)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var database = await postgres.CloneAsync(version, cancellationToken);
        await database.ExecuteAsync(Orders.Setup, cancellationToken);
        await using var source = Sources.Of(database);
        var migrator = BothVersions.MigratorOf(source, new("public"));
        await migrator.InitializeAsync(cancellationToken);

        var failure = await Assert.ThrowsAsync<MigrationException>(() => migrator.StartAsync(
            Migration.Parse(Yaml.Of("sql: {up: CREATE TABLE half (id integer); SELECT 1/0, down: DROP TABLE half}"), "02_x.yaml"), null, cancellationToken));

        Assert.Equal(("LK1305", MigrationOutcome.Undone), (failure.Code, failure.Outcome));
        Assert.Empty(await migrator.HistoryAsync(cancellationToken));
        Assert.True(await database.ScalarAsync<bool>("SELECT to_regclass('half') IS NULL AND to_regnamespace('public_02_x') IS NULL", cancellationToken));
    }

    [Theory, EachPostgres]
    public Task At_start_it_must_be_alone(int version) => postgres.AssertRefusedAsync(
        version, "LK1114", Orders.Setup, Yaml.Of("sql: {up: SELECT 1}", Yaml.DropColumn("price")));
}
