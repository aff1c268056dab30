using System.Globalization;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Binaries;
using Lockkeeper.EmbeddedPostgres.Cluster;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>
/// Rows that were frozen more than 2^31 transactions ago: their xmin, which stays as it was written, has come round to the other side of the
/// circle. The counter is moved with pg_resetwal, which the server packages of Debian have; those of npm have not, and there it is done by hand.
/// </summary>
public sealed class WraparoundTests
{
    private const int Rows = 1_000;
    private const long Jump = 1_500_000_000;

    // One file of pg_xact holds the states of as many transactions, in two bits each.
    private const int TransactionsPerSegment = 1_048_576;

    // What a filter by xmin has to go by: written before the backfill began, or before what is known to be frozen.
    private const string ByXmin = """
        SELECT count(*) FROM orders, pg_class AS c
        WHERE c.oid = 'orders'::regclass AND (age(orders.xmin) > 0 OR age(orders.xmin) > age(c.relfrozenxid))
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Rows_that_a_filter_by_xmin_no_longer_sees_are_filled(int version)
    {
        await using var server = await PostgresServer.StartAsync(new PostgresServerOptions { Version = version }, Cancellation);
        await using var scene = await Scene.CreateAsync(new TestDatabase(version, await server.CreateDatabaseAsync(null, Cancellation)), Cancellation);
        await scene.CreateTableAsync("orders", Rows, Cancellation);
        Assert.Equal(Rows, await scene.Database.ScalarAsync<long>(ByXmin, Cancellation));

        await JumpAsync(server, scene);
        await JumpAsync(server, scene);

        var job = await scene.PrepareAsync("orders", "upper(lockkeeper_row.name)", Cancellation);
        Assert.True(await scene.Database.ScalarAsync<bool>("SELECT pg_current_xact_id()::text::bigint > 2^31", Cancellation));
        Assert.Equal(0, await scene.Database.ScalarAsync<long>(ByXmin, Cancellation));
        var report = await scene.Backfiller().RunAsync(job, cancellationToken: Cancellation);
        Assert.Equal(Rows, report.Rows);
        await scene.AssertFilledAsync("orders", "upper(name)", Cancellation);
    }

    private static async Task JumpAsync(PostgresServer server, Scene scene)
    {
        await FreezeAllAsync(server);
        var next = Jump + await scene.Database.ScalarAsync<long>("SELECT pg_current_xact_id()::text::bigint", Cancellation);
        var data = await scene.Database.ScalarAsync<string>("SHOW data_directory", Cancellation);
        await server.StopAsync(Cancellation);
        NpgsqlConnection.ClearAllPools();

        var segment = (next / TransactionsPerSegment).ToString("X4", CultureInfo.InvariantCulture);
        await RunAsync(data, "/bin/sh", "-c", $"head -c {TransactionsPerSegment / 4} /dev/zero > pg_xact/{segment}");
        var program = Path.Combine(server.BinDirectory, "pg_resetwal");
        if (File.Exists(program))
        {
            await RunAsync(data, program, "-x", next.ToString(CultureInfo.InvariantCulture), "-D", data);
        }
        else
        {
            await TransactionCounter.MoveAsync(data, next, Cancellation);
        }

        await server.RestartAsync(Cancellation);
        await FreezeAllAsync(server);
    }

    // The server refuses to go on when any database is too far behind, the template that nobody can enter among them.
    private static async Task FreezeAllAsync(PostgresServer server)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        await connection.ExecuteAsync("ALTER DATABASE template0 ALLOW_CONNECTIONS true", Cancellation);
        foreach (var database in await connection.QueryAsync("SELECT datname::text FROM pg_database", Cancellation))
        {
            await using var inside = NpgsqlDataSource.Create(server.ConnectionStringTo((string)database[0]!) + ";Pooling=false");
            await using var session = await inside.OpenConnectionAsync(Cancellation);
            await session.ExecuteAsync("VACUUM (FREEZE, SKIP_LOCKED false)", Cancellation);
        }
    }

    private static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        var account = await ServerAccount.ChooseAsync(Surroundings.OfThisMachine(), TimeProvider.System, Cancellation);
        var result = await account.Command(program, [.. arguments], folder).RunAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancellation);
        Assert.True(result.Succeeded, result.Said);
    }
}
