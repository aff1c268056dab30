using Lockkeeper.EmbeddedPostgres.Databases;
using Npgsql;

namespace Lockkeeper.BulkWriteBench;

/// <summary>One way of doing the work, in a database of its own, and what each of its rounds gave.</summary>
internal sealed class Turn(WriterWay way, PostgresDatabase database, NpgsqlDataSource source) : IAsyncDisposable
{
    public WriterWay Way => way;

    public NpgsqlDataSource Source => source;

    public Func<int, int, Task> Unit { get; } = way.Make(source);

    public List<(double PerSecond, int Failed, double P99)> Rounds { get; } = [];

    public double PerSecond => Median(Rounds.Select(round => round.PerSecond));

    /// <summary>Round by round: what else the machine did in one met both of them.</summary>
    public double Of(Turn other) => Median(Rounds.Zip(other.Rounds, (mine, others) => mine.PerSecond / others.PerSecond));

    /// <summary>How many deadlocks the server resolved in this database. A backend tells at its end, so the pool's are ended first.</summary>
    public async Task<long> DeadlocksAsync()
    {
        source.Clear();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        while (await ScalarAsync<bool>(connection, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())"))
        {
            await Task.Delay(10);
        }

        return await ScalarAsync<long>(connection, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()");
    }

    /// <summary>Whether what is in the database is right; null where nobody asks.</summary>
    public async Task<bool?> IsRightAsync()
    {
        if (way.Check is null)
        {
            return null;
        }

        await using var connection = await source.OpenConnectionAsync();
        return await ScalarAsync<bool>(connection, way.Check);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await database.DisposeAsync();
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Skip((sorted.Count - 1) / 2).Take(sorted.Count % 2 == 0 ? 2 : 1).Average();
    }
}
