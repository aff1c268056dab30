using System.Diagnostics;
using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.EmbeddedPostgres;
using Npgsql;
using Spectre.Console;

namespace Lockkeeper.BulkWriteBench;

/// <summary>100,000 rows into a table of 1,000,000, with one index besides the key.</summary>
/// <remarks>
/// Each round of each way has a fresh copy of the same database, behind a checkpoint and with its pages read. The first round, which is the compiler's, is
/// not counted; in the others the ways take turns at being first, so that what else the machine does meets all of them alike.
/// </remarks>
internal static class RowBench
{
    private const int There = 1_000_000;
    private const int Rows = 100_000;
    private const int Rounds = 5;

    private static readonly TableMap<Row> Map = TableMap.Of<Row>("public", "rows", t => t
        .Key(r => r.Id).Column(r => r.Name).Column(r => r.Size).Column(r => r.Made).Column(r => r.A).Column(r => r.B).Column(r => r.C).Column(r => r.D));

    public static Task InsertsAsync(PostgresServer server) => RunAsync(
        server,
        "Inserts of 100,000 rows into 1,000,000",
        Keys().Select(i => (i * 20L) + 1),
        RowWay.ByHand("direct COPY, unsorted, by hand", RowsByHand.CopyAsync),
        RowWay.ByHand("direct COPY, sorted, by hand", RowsByHand.SortedCopyAsync),
        RowWay.ByHand("staged COPY and INSERT, by hand", RowsByHand.StagedInsertAsync),
        new RowWay("Lockkeeper", source => OursAsync(source, (unit, rows) => unit.Insert(Map, rows))),
        RowWay.Once("batches of 1,000 inserts", RowsByHand.BatchInsertAsync),
        RowWay.Once("EF Core SaveChanges", RowContext.InsertAsync));

    public static Task UpsertsAsync(PostgresServer server) => RunAsync(
        server,
        "Upserts of 100,000 rows, half of them there, of 1,000,000",
        Keys().Select(i => (i * 20L) + 2 + (i % 2)),
        RowWay.ByHand("staged COPY and merge, by hand", RowsByHand.StagedUpsertAsync),
        new RowWay("Lockkeeper", source => OursAsync(source, (unit, rows) => unit.Upsert(Map, rows))),
        RowWay.Once("batches of 1,000 upserts", RowsByHand.BatchUpsertAsync),
        RowWay.Once("EF Core, read and SaveChanges", RowContext.UpsertAsync));

    private static async Task RunAsync(PostgresServer server, string title, IEnumerable<long> keys, params RowWay[] ways)
    {
        var rows = RowsOf(keys);
        await using var template = await server.CreateDatabaseAsync(null, CancellationToken.None);
        await using (var source = NpgsqlDataSource.Create(template.ConnectionString))
        {
            await Writers.ExecuteAsync(source, $"""
                CREATE TABLE rows (id bigint PRIMARY KEY, name text, size int, made timestamptz, a bigint, b bigint, c text, d numeric);
                INSERT INTO rows SELECT g * 2, 'name ' || g, g % 100, now(), g, g, 'c', 1.5 FROM generate_series(1, {There}) AS g;
                CREATE INDEX ON rows (made);
                """);
            await Writers.ExecuteAsync(source, "VACUUM (ANALYZE, FREEZE) rows");
            source.Clear();
        }

        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var way in ways.Skip(round % ways.Length).Concat(ways.Take(round % ways.Length)).Where(way => !way.RunsOnce || round == 1))
            {
                var seconds = await MeasureAsync(server, template.Name, way, rows);
                if (round > 0)
                {
                    way.Seconds.Add(seconds);
                }
            }
        }

        Print(title, ways);
    }

    private static async Task<double> MeasureAsync(PostgresServer server, string template, RowWay way, List<Row> rows)
    {
        await using var database = await server.CreateDatabaseAsync(template, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 0 }.ConnectionString);
        var writeAsync = await way.MakeAsync(source);
        await Writers.ExecuteAsync(source, "SELECT count(*) FROM rows");
        await Writers.ExecuteAsync(source, "CHECKPOINT");
        GC.Collect();
        var began = Stopwatch.GetTimestamp();
        await writeAsync(rows);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Print(string title, RowWay[] ways)
    {
        var best = ways.Where(way => way.IsByHand).MinBy(way => way.Median)!;
        var table = new Table().Title($"{title}, median of {Rounds} rounds").AddColumns("way", "rows/s", "of the best by hand", "seconds");
        foreach (var way in ways)
        {
            table.AddRow(way.Name, $"{Rows / way.Median:N0}", $"{best.Median / way.Median:P0}", string.Join(" ", way.Seconds.Select(s => $"{s:0.000}")));
        }

        AnsiConsole.Write(table);
    }

    // A service makes its writer once, and then it has read the catalog.
    private static async Task<Func<List<Row>, Task>> OursAsync(NpgsqlDataSource source, Action<UnitOfWork, List<Row>> fill)
    {
        var writer = new BulkWriter(source, new BulkWriteTables(Map));
        await writer.ReadOrderAsync();
        return async rows =>
        {
            using (writer)
            {
                var unit = new UnitOfWork();
                fill(unit, rows);
                await writer.WriteAsync(unit);
            }
        };
    }

    private static IEnumerable<int> Keys() => Enumerable.Range(0, Rows);

    private static List<Row> RowsOf(IEnumerable<long> ids)
    {
        var keys = ids.ToArray();
        new Random(1).Shuffle(keys);
        var made = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        return [.. keys.Select(id => new Row { Id = id, Name = $"new {id}", Size = (int)(id % 100), Made = made.AddSeconds(id), A = id, B = id, C = "c", D = 2.5m })];
    }
}
