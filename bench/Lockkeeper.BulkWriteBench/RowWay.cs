using Npgsql;

namespace Lockkeeper.BulkWriteBench;

/// <summary>One way of writing the rows, made ready outside the measurement as a service makes it ready at its start, and what each of its rounds took.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="MakeAsync">Makes it ready for a database.</param>
/// <param name="IsByHand">Whether ours is compared with it.</param>
/// <param name="RunsOnce">Whether one round is enough: it takes long, and is nowhere near.</param>
internal sealed record RowWay(string Name, Func<NpgsqlDataSource, Task<Func<List<Row>, Task>>> MakeAsync, bool IsByHand = false, bool RunsOnce = false)
{
    public List<double> Seconds { get; } = [];

    public double Median => Seconds.Order().ElementAt(Seconds.Count / 2);

    public static RowWay ByHand(string name, Func<NpgsqlDataSource, List<Row>, Task> writeAsync) => new(name, Ready(writeAsync), IsByHand: true);

    public static RowWay Once(string name, Func<NpgsqlDataSource, List<Row>, Task> writeAsync) => new(name, Ready(writeAsync), RunsOnce: true);

    private static Func<NpgsqlDataSource, Task<Func<List<Row>, Task>>> Ready(Func<NpgsqlDataSource, List<Row>, Task> writeAsync) =>
        source => Task.FromResult<Func<List<Row>, Task>>(rows => writeAsync(source, rows));
}
