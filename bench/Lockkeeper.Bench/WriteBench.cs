using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Lockkeeper.Bench.Measuring;
using Lockkeeper.Bench.Ways;
using Lockkeeper.EmbeddedPostgres;
using Spectre.Console;

namespace Lockkeeper.Bench;

/// <summary>Measures what the triggers cost clients of the old version for as long as both versions serve.</summary>
internal sealed class WriteBench(PostgresServer server, int rows, int runs)
{
    /// <summary>How much smaller than the other the table is: the cost is one of each row, and grows with nothing.</summary>
    public const int Smaller = 5;

    private static readonly ImmutableArray<Way> Ways = [new NoWay(), new KeysetWay(), new KeysetPairWay(), new LockkeeperWay()];

    // Values of the same length, so that nothing but the triggers differs.
    private static readonly ImmutableArray<(string Column, string Sql)> Updates =
    [
        ("not read by up", "UPDATE users SET note = reverse(note)"),
        ("read by up", "UPDATE users SET name = reverse(name)"),
    ];

    public async Task<ImmutableArray<WriteResult>> RunAsync(CancellationToken cancellationToken)
    {
        await using var template = await server.CreateDatabaseAsync(null, cancellationToken);
        await BenchTable.FillAsync(template.ConnectionString, rows, indexes: 1, cancellationToken);
        var seconds = Updates.SelectMany(update => Ways.Select(way => (update.Column, way))).ToDictionary(key => key, _ => new List<double>());
        for (var run = 1; run <= runs; run++)
        {
            foreach (var way in Ways)
            {
                await using var copy = await server.CreateDatabaseAsync(template.Name, cancellationToken);
                foreach (var (column, time) in await MeasureAsync(way, copy.ConnectionString, cancellationToken))
                {
                    seconds[(column, way)].Add(time);
                }

                AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"  writes, run {run}, {way.Name}");
            }
        }

        return [.. seconds.Select(entry => new WriteResult(entry.Key.Column, entry.Key.way.Name, rows, [.. entry.Value]))];
    }

    private static async Task<List<(string Column, double Seconds)>> MeasureAsync(Way way, string connectionString, CancellationToken cancellationToken)
    {
        await using var source = BenchTable.Open(connectionString);
        await way.PrepareAsync(source, cancellationToken);
        await way.FillAsync(source, cancellationToken);
        var measured = new List<(string, double)>();
        foreach (var (column, sql) in Updates)
        {
            // The same table for all: no way's filling has left dead rows or free space in it.
            await BenchTable.ExecuteAsync(source, "VACUUM (FULL, ANALYZE) users", cancellationToken);
            await BenchTable.ExecuteAsync(source, "CHECKPOINT", cancellationToken);
            var since = Stopwatch.GetTimestamp();
            await BenchTable.ExecuteAsync(source, sql, cancellationToken);
            measured.Add((column, Stopwatch.GetElapsedTime(since).TotalSeconds));
        }

        return measured;
    }
}
