using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.TestKit;
using Npgsql;
using static Lockkeeper.BulkWriteTests.Shop;

namespace Lockkeeper.BulkWriteTests.Scenarios;

/// <summary>Many writers on few rows. The server's own count of deadlocks is the judge, and the same work without the order shows that it can be seen.</summary>
public sealed class StressTests(PostgresFixture postgres)
{
    private const int Writers = 6;
    private const int Units = 40;

    // The detector runs after 10 ms of waiting instead of after one second, so that no circle stays unseen.
    private const string Impatient = """
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''10ms''', current_database()); END $$;
        """;

    private const string Filled = Impatient + """
        INSERT INTO customers SELECT g, 'x', 0 FROM generate_series(1, 60) AS g;
        INSERT INTO orders SELECT g, g, 'old' FROM generate_series(1, 60) AS g;
        INSERT INTO lines SELECT g, n, 'y' FROM generate_series(1, 60) AS g, generate_series(1, 3) AS n;
        """;

    private static readonly BulkWriteOptions NoRetries = new() { Retries = 0 };

    [Theory, EachPostgres]
    public async Task Upserts_of_one_table_do_not_deadlock(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + Filled);
        using var writer = scene.Writer(NoRetries, Customers);

        await RunAsync(seed => writer.WriteAsync(
            new UnitOfWork().Upsert(Customers, Some(seed, 30, 80).Select(id => new Customer(id, $"{id}", 1))), Scene.Token));

        Assert.Equal(0, await scene.DeadlocksAsync());
        Assert.Equal(Writers * Units * 30, await scene.ScalarAsync<long>("SELECT sum(visits) FROM customers"));
    }

    [Theory, EachPostgres]
    public async Task Without_the_order_they_do(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + Filled);

        var deadlocks = 0;
        await RunAsync(async seed => Interlocked.Add(ref deadlocks, await UnorderedAsync(scene, seed)));

        Assert.InRange(deadlocks, 1, int.MaxValue);
        Assert.Equal(deadlocks, await scene.DeadlocksAsync());
    }

    [Theory, EachPostgres]
    public async Task Mixed_units_over_parents_children_and_cascades_do_not_deadlock(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, Sql + Filled);
        using var writer = scene.Writer(NoRetries, Customers, Orders, Lines);

        await RunAsync(seed => writer.WriteAsync(Mixed(seed), Scene.Token));

        Assert.Equal(0, await scene.DeadlocksAsync());
    }

    [Theory, EachPostgres]
    public async Task Two_unique_indexes_do_not_deadlock(int version)
    {
        await using var scene = await Scene.OpenAsync(
            postgres, version, Impatient + "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, seen int)");
        var users = TableMap.Of<(long Id, string Email, int Seen)>("public", "users", t => t
            .Key(u => u.Id).ColumnOnInsert(u => u.Email).Column(u => u.Seen));
        using var writer = scene.Writer(NoRetries, users);

        // The order of the emails is the opposite of that of the numbers.
        await RunAsync(seed => writer.WriteAsync(
            new UnitOfWork().Upsert(users, Some(seed, 20, 2000).Select(id => (id, $"{5000 - id}@x", seed))), Scene.Token));

        Assert.Equal(0, await scene.DeadlocksAsync());
    }

    private static UnitOfWork Mixed(int seed)
    {
        var unit = new UnitOfWork();
        var orders = Some(seed, 12, 120).ToList();
        switch (seed % 4)
        {
            case 0:
                return unit.Delete(Orders, orders.Take(4).Select(id => new Order(id, 0))).Update(Customers, Some(seed + 1, 6, 60).Select(id => new Customer(id, "u")));
            case 1:
                return unit.Upsert(Orders, orders.Select(id => new Order(id, (id % 60) + 1, $"{seed}")))
                    .Upsert(Lines, orders.Select(id => new Line(id, 9, $"{seed}")));
            case 2:
                return unit.Upsert(Orders, orders.Take(6).Select(id => new Order(id, (id % 60) + 1, $"{seed}")))
                    .Delete(Orders, orders.Skip(6).Select(id => new Order(id, 0)))
                    .Upsert(Customers, Some(seed + 1, 6, 60).Select(id => new Customer(id, "m")));
            default:
                return unit.InsertOrIgnore(Customers, Some(seed + 2, 10, 90).Select(id => new Customer(id)))
                    .InsertOrIgnore(Orders, orders.Select(id => new Order(id, (id % 60) + 1)))
                    .Delete(Lines, orders.Select(id => new Line(id, 1)));
        }
    }

    private static async Task<int> UnorderedAsync(Scene scene, int seed)
    {
        await using var command = scene.Source.CreateCommand("""
            INSERT INTO customers AS t SELECT k, k::text, 1 FROM unnest($1::bigint[]) AS k
            ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, visits = t.visits + 1
            """);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. Some(seed, 30, 80)] });
        try
        {
            await command.ExecuteNonQueryAsync(Scene.Token);
            return 0;
        }
        catch (PostgresException deadlock) when (deadlock.SqlState == PostgresErrorCodes.DeadlockDetected)
        {
            return 1;
        }
    }

    private static IEnumerable<long> Some(int seed, int count, int of)
    {
        var numbers = Enumerable.Range(1, of).Select(n => (long)n).ToArray();
        new Random(seed).Shuffle(numbers);
        return numbers.Take(count);
    }

    private static Task RunAsync(Func<int, Task> unit) => Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
    {
        for (var i = 0; i < Units; i++)
        {
            await unit((writer * 1000) + i);
        }
    })));
}
