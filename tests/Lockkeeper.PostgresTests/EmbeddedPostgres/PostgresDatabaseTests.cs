using System.Diagnostics;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.PostgresTests.EmbeddedPostgres;

public sealed class PostgresDatabaseTests(PostgresFixture postgres, ITestOutputHelper output)
{
    private static readonly DatabaseTemplate WithOrders = new("CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders VALUES (1)");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Each_clone_starts_as_its_template_and_goes_its_own_way(int version)
    {
        await using var one = await postgres.CloneAsync(version, WithOrders, Cancellation);
        var began = Stopwatch.GetTimestamp();
        await using var other = await postgres.CloneAsync(version, WithOrders, Cancellation);
        output.WriteLine($"Cloned in {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms");

        await one.ExecuteAsync("INSERT INTO orders VALUES (2)", Cancellation);

        Assert.NotEqual(one.Name, other.Name);
        Assert.Equal(2, await one.ScalarAsync<long>("SELECT count(*) FROM orders", Cancellation));
        Assert.Equal(1, await other.ScalarAsync<long>("SELECT count(*) FROM orders", Cancellation));
    }

    [Fact]
    public async Task A_disposed_database_is_gone_together_with_the_sessions_in_it()
    {
        var server = await postgres.ServerAsync(PostgresVersions.First, Cancellation);
        var database = await server.CreateDatabaseAsync(cancellationToken: Cancellation);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(Cancellation);

        await database.DisposeAsync();

        await using var admin = new NpgsqlConnection(server.ConnectionString);
        await admin.OpenAsync(Cancellation);
        Assert.Equal(0, await admin.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_database WHERE datname = '{database.Name}'", Cancellation));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.ExecuteAsync("SELECT 1", Cancellation));
    }

    [Fact]
    public async Task Many_databases_can_be_cloned_at_once()
    {
        var databases = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => postgres.CloneAsync(PostgresVersions.First, WithOrders, Cancellation)));

        Assert.Equal(8, databases.Select(database => database.Name).Distinct().Count());
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }
    }
}
