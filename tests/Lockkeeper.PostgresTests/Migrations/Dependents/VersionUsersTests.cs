using Lockkeeper.Migrations;
using Lockkeeper.Migrations.Planning;
using Lockkeeper.PostgresTests.Migrations.Operations;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations.Dependents;

/// <summary>Users' own objects over a version's views: dropping the version is refused by name, before anything else is done.</summary>
public sealed class VersionUsersTests(PostgresFixture postgres)
{
    private static readonly string First = Yaml.Of(Yaml.AddColumn("{name: note, type: text, nullable: true}", "'n' || id"));

    private static readonly string Second = Yaml.Of(Yaml.AlterColumn("price", "type: bigint", "price * 2::bigint", "price / 2"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [EachPostgres("CREATE VIEW over AS SELECT price FROM public_01_first.orders", "view over", "DROP VIEW over")]
    [EachPostgres("CREATE FUNCTION over() RETURNS bigint LANGUAGE sql RETURN (SELECT sum(price) FROM public_01_first.orders)", "function over()", "DROP FUNCTION over()")]
    [EachPostgres("CREATE TABLE over (o public_01_first.orders)", "column o of table over", "DROP TABLE over")]
    [EachPostgres("CREATE TABLE public_01_first.mine (a int)", "table public_01_first.mine", "DROP TABLE public_01_first.mine")]
    public async Task Completing_names_what_depends_on_the_old_version(int version, string made, string named, string drop)
    {
        await using var scene = await StartedAsync(version, Second);
        await scene.Database.ExecuteAsync(made, Cancellation);

        var refused = await scene.AssertRefusedAsync<MigrationException>(() => scene.Migrator().CompleteAsync(null, Cancellation), Cancellation);

        Assert.Equal(("LK1167", MigrationOutcome.NothingChanged), (refused.Code, refused.Outcome));
        Assert.Contains(named, refused.Problem, StringComparison.Ordinal);
        await scene.Database.ExecuteAsync(drop, Cancellation);
        Assert.Empty((await scene.Migrator().CompleteAsync(null, Cancellation)).Drift);
    }

    [Theory]
    [EachPostgres("operations: [{alter_column: {table: orders, column: price, type: bigint, up: price, down: price}}]")]
    [EachPostgres("operations: [{sql: {up: CREATE INDEX CONCURRENTLY made ON orders (price), down: DROP INDEX made}}]")]
    public async Task Rolling_back_names_what_depends_on_the_new_version(int version, string yaml)
    {
        await using var scene = await StartedAsync(version, yaml);
        await scene.Database.ExecuteAsync("CREATE VIEW over AS SELECT price FROM public_02_change.orders", Cancellation);

        var refused = await scene.AssertRefusedAsync<MigrationException>(() => scene.Migrator().RollbackAsync(null, Cancellation), Cancellation);

        Assert.Equal(("LK1167", MigrationOutcome.NothingChanged), (refused.Code, refused.Outcome));
        Assert.Contains("view over", refused.Problem, StringComparison.Ordinal);
        await scene.Database.ExecuteAsync("DROP VIEW over", Cancellation);
        await scene.Migrator().RollbackAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    [Theory, EachPostgres]
    public async Task What_is_made_over_a_version_when_completing_or_rolling_back_has_begun_stays_and_is_named(int version)
    {
        await using var scene = await StartedAsync(version, Second);
        var late = Events.When(IsTransaction, () => scene.Database.ExecuteAsync("CREATE VIEW over AS SELECT price FROM public_01_first.orders", Cancellation));
        var failed = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().CompleteAsync(late, Cancellation));
        Assert.Equal(("LK1167", MigrationOutcome.Resumable), (failed.Code, failed.Outcome));
        Assert.Contains("view over depends on view public_01_first.orders", failed.Problem, StringComparison.Ordinal);

        late = Events.When(IsTransaction, () => scene.Database.ExecuteAsync("CREATE VIEW over_new AS SELECT price FROM public_02_change.orders", Cancellation));
        failed = await Assert.ThrowsAsync<MigrationException>(() => scene.Migrator().RollbackAsync(late, Cancellation));
        Assert.Equal(("LK1167", MigrationOutcome.Resumable), (failed.Code, failed.Outcome));
        Assert.Contains("view over_new depends on view public_02_change.orders", failed.Problem, StringComparison.Ordinal);

        await scene.Database.ExecuteAsync("DROP VIEW over, over_new", Cancellation);
        await scene.Migrator().ResumeAsync(null, Cancellation);
        await scene.AssertAsBeforeAsync(Cancellation);
    }

    private async Task<MigrationScene> StartedAsync(int version, string yaml)
    {
        var scene = await MigrationScene.CreateAsync(postgres, version, Orders.Setup, Cancellation);
        await scene.StartAsync(First, Cancellation, "01_first");
        await scene.Migrator().CompleteAsync(null, Cancellation);
        await scene.RememberAsync(Cancellation);
        await scene.StartAsync(yaml, Cancellation);
        return scene;
    }

    private static bool IsTransaction(MigrationEvent e) => e is MigrationEvent.StageStarted { Stage: TransactionStage };
}
