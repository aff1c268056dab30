using System.Globalization;
using Lockkeeper.Migrations;
using Lockkeeper.Model.Naming;
using Lockkeeper.TestKit;
using Lockkeeper.TestKit.Migrations;

namespace Lockkeeper.PostgresTests.Migrations;

/// <summary>kill -9 of the process that migrates, at random moments of every verb, while clients write.</summary>
public sealed class KilledProcessTests(PostgresFixture postgres)
{
    private const int Rounds = 6;
    private const int LeastKills = 15;

    private const string Setup = """
        CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL, price integer NOT NULL, pad text);
        CREATE INDEX orders_price_idx ON orders (price);
        INSERT INTO orders (customer, price, pad) SELECT 'c' || i, i, repeat('x', 60) FROM generate_series(1, 30000) i;
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres(InTurn = true)]
    public async Task Whatever_was_killed_and_whenever_what_follows_ends_well(int version)
    {
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await using var scene = await MigrationScene.CreateAsync(postgres, version, Setup, Cancellation);
        await using var traffic = Traffic.Start(
            scene.Database,
            scene.Schema,
            [
                "INSERT INTO orders (customer, price) VALUES ('n{n}', {n})",
                "UPDATE orders SET customer = 'u{n}' WHERE id = {n} % 30000 + 1",
                "UPDATE orders SET price = {n} WHERE id = {n} % 30000 + 1",
                "DELETE FROM orders WHERE id = {n} % 30000 + 1",
            ],
            clients: 2,
            seed);
        using var killer = new VerbKiller(scene.Database.ConnectionString, new Random(seed));

        for (var round = 0; round < Rounds || killer.Kills < LeastKills; round++)
        {
            Assert.True(round < 5 * Rounds, $"Only {killer.Kills} processes were alive when they were to be killed.");
            await scene.RememberAsync(Cancellation);
            await killer.WriteFileAsync($"02_round_{round}", Yaml(round), Cancellation);
            await killer.RunAndKillAsync("start", Cancellation);
            await killer.RunAndKillAsync("start", Cancellation);
            await (round % 3 == 2 ? RollBackAsync(scene, killer) : FinishAsync(scene, killer, round));
            Assert.True(traffic.Failures.Count == 0, string.Join('\n', traffic.Failures.Take(5)));
        }

        await traffic.StopAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{killer.Kills} killed, {traffic.Statements} statements");
        Assert.Empty(traffic.Failures);
        Assert.Equal(0, await scene.Database.ScalarAsync<long>(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()", Cancellation));
    }

    private static string Yaml(int round) => $"""
        operations:
          - alter_column: {"{"} table: orders, column: price, type: {(round % 2 == 0 ? "bigint" : "integer")}, up: price, down: price {"}"}
          - add_column: {"{"} table: orders, up: upper(customer), column: {"{"} name: shout_{round}, type: text, nullable: true {"}"} {"}"}
        """;

    /// <summary>Rolls back whatever is there, killed once on the way.</summary>
    private static async Task RollBackAsync(MigrationScene scene, VerbKiller killer)
    {
        if (await scene.Migrator().StatusAsync(Cancellation) is { State: not MigrationState.Complete and not MigrationState.None })
        {
            await killer.RunAndKillAsync("rollback", Cancellation);
        }

        if (await scene.Migrator().StatusAsync(Cancellation) is { State: not MigrationState.Complete and not MigrationState.None })
        {
            await scene.Migrator().RollbackAsync(null, Cancellation);
        }

        await scene.AssertAsBeforeAsync(Cancellation);
    }

    /// <summary>Goes on with the start, looks, and completes, killed once on the way.</summary>
    private static async Task FinishAsync(MigrationScene scene, VerbKiller killer, int round)
    {
        var status = await scene.Migrator().StatusAsync(Cancellation);
        if (status.State is MigrationState.Starting)
        {
            await scene.Migrator().ResumeAsync(null, Cancellation);
        }
        else if (status.State is not MigrationState.Started)
        {
            await scene.StartAsync(Yaml(round), Cancellation, $"02_round_{round}");
        }

        await AssertRowsAreRightAsync(scene, round);
        await killer.RunAndKillAsync("complete", Cancellation);
        status = await scene.Migrator().StatusAsync(Cancellation);
        if (status.State != MigrationState.Complete)
        {
            var report = await scene.Migrator().CompleteAsync(null, Cancellation);
            Assert.Empty(report.Drift);
        }

        await scene.AssertNothingUnderWayAsync(Cancellation);
    }

    private static async Task AssertRowsAreRightAsync(MigrationScene scene, int round)
    {
        var view = new TableName(new Identifier($"public_02_round_{round}"), new Identifier("orders"));
        var name = round.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(0, await scene.CountAsync(
            $"orders o FULL JOIN {view} n USING (id) WHERE o.price IS DISTINCT FROM n.price OR upper(o.customer) IS DISTINCT FROM n.shout_{name}",
            Cancellation));
        Assert.Equal(0, await scene.CountAsync("orders WHERE _lockkeeper_pending", Cancellation));
    }
}
