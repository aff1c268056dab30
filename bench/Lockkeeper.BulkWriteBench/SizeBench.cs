using System.Diagnostics;
using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.EmbeddedPostgres;
using Npgsql;
using Spectre.Console;

namespace Lockkeeper.BulkWriteBench;

/// <summary>From how many rows on a temporary table is worth its cost: the same upserts as arrays and through COPY. <see cref="BulkWriteOptions.StageFromRows"/> follows it.</summary>
internal static class SizeBench
{
    private const int There = 200_000;
    private const int Rounds = 7;

    private static readonly int[] Sizes = [100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

    private static readonly TableMap<(long Id, string Name, long Amount)> Items = TableMap.Of<(long Id, string Name, long Amount)>(
        "public", "items", t => t.Key(i => i.Id).Column(i => i.Name).Column(i => i.Amount));

    public static async Task RunAsync(PostgresServer server)
    {
        await using var database = await server.CreateDatabaseAsync(null, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 20, CommandTimeout = 0 }.ConnectionString);
        await Writers.ExecuteAsync(
            source, $"CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, amount bigint NOT NULL); INSERT INTO items SELECT g, 'x', 0 FROM generate_series(1, {There}) AS g");
        using var arrays = new BulkWriter(source, new BulkWriteTables(Items), new BulkWriteOptions { StageFromRows = int.MaxValue });
        using var staged = new BulkWriter(source, new BulkWriteTables(Items), new BulkWriteOptions { StageFromRows = 1 });
        var table = new Table().Title($"Upserts of rows that are there, median of {Rounds} rounds").AddColumns("rows", "arrays, ms", "COPY, ms");
        foreach (var size in Sizes)
        {
            var (asArrays, asCopy) = (new List<double>(), new List<double>());
            for (var round = -2; round < Rounds; round++)
            {
                // The first rounds are the compiler's.
                await MeasureAsync(arrays, size, round, asArrays);
                await MeasureAsync(staged, size, round, asCopy);
            }

            table.AddRow($"{size:N0}", $"{asArrays.Order().ElementAt(Rounds / 2):0.0}", $"{asCopy.Order().ElementAt(Rounds / 2):0.0}");
        }

        AnsiConsole.Write(table);
    }

    private static async Task MeasureAsync(BulkWriter writer, int size, int round, List<double> milliseconds)
    {
        var random = new Random((size * 100) + round);
        var ids = Enumerable.Range(1, There).Select(id => (long)id).ToArray();
        random.Shuffle(ids);
        var unit = new UnitOfWork().Upsert(Items, ids.Take(size).Select(id => (id, $"r{round}", random.NextInt64())).ToList());
        var began = Stopwatch.GetTimestamp();
        await writer.WriteAsync(unit);
        if (round >= 0)
        {
            milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }
}
