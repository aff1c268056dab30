using Lockkeeper.EmbeddedPostgres.Databases;
using Npgsql;

namespace Lockkeeper.BulkWriteBench;

/// <summary>One way of doing the work, in a database of its own, and what each of its rounds gave.</summary>
internal sealed class Turn(string name, PostgresDatabase database, NpgsqlDataSource source, Func<int, int, Task> unit) : IAsyncDisposable
{
    public string Name => name;

    public NpgsqlDataSource Source => source;

    public Func<int, int, Task> Unit => unit;

    public List<(double PerSecond, int Deadlocks, int Failed, double P99)> Rounds { get; } = [];

    public double PerSecond => Rounds.Select(round => round.PerSecond).Order().Skip((Rounds.Count - 1) / 2).Take(2).Average();

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await database.DisposeAsync();
    }
}
