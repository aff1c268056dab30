using System.Diagnostics;
using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.EmbeddedPostgres;
using Npgsql;
using Spectre.Console;

namespace Lockkeeper.BulkWriteBench;

/// <summary>Where the time of one small unit goes: one writer, nobody in its way, so that what remains is work and round trips.</summary>
internal static class UnitBench
{
    private const int Rounds = 6;
    private const int Units = 250;

    private const string ByHand = """
        INSERT INTO items AS t SELECT id, name, amount FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS s(id, name, amount)
        ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, amount = t.amount + EXCLUDED.amount
        """;

    private static readonly TableMap<(long Id, string Name, long Amount)> Items = TableMap.Of<(long Id, string Name, long Amount)>(
        "public", "items", t => t.Key(i => i.Id).Column(i => i.Name).Column(i => i.Amount, merge: Merge.Add));

    public static async Task RunAsync(PostgresServer server)
    {
        await using var database = await server.CreateDatabaseAsync(null, CancellationToken.None);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { MaxAutoPrepare = 20, CommandTimeout = 0 }.ConnectionString);
        await Writers.ExecuteAsync(source, "CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, amount bigint NOT NULL); INSERT INTO items SELECT g, 'x', 0 FROM generate_series(1, 2000) AS g");
        using var writer = new BulkWriter(source, new BulkWriteTables(Items));
        var ours = (await writer.PlanAsync(Unit(0))).Statements.Select(text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]).ToList();
        var ways = new (string Name, Func<int, Task> RunAsync)[]
        {
            ("by hand, then COMMIT", i => SendAsync(source, [ByHand], i, commitsBehind: true)),
            ("by hand, COMMIT in the same batch", i => SendAsync(source, [ByHand], i, commitsBehind: false)),
            ("our upsert without the gate, by hand", i => SendAsync(source, [ours[^1]], i, commitsBehind: false)),
            ("our statements, by hand", i => SendAsync(source, ours, i, commitsBehind: false)),
            ("Lockkeeper", i => writer.WriteAsync(Unit(i))),
            ("Lockkeeper, planning alone", i => writer.PlanAsync(Unit(i))),
        };
        var micros = ways.ToDictionary(way => way.Name, _ => new List<double>());
        var bytes = ways.ToDictionary(way => way.Name, _ => 0L);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, runAsync) in ways)
            {
                var allocated = GC.GetTotalAllocatedBytes();
                var began = Stopwatch.GetTimestamp();
                for (var i = 0; i < Units; i++)
                {
                    await runAsync((round * Units) + i);
                }

                micros[name].Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds / Units);
                bytes[name] = (GC.GetTotalAllocatedBytes() - allocated) / Units;
            }
        }

        // The first rounds go to the compiler.
        var table = new Table().Title($"One writer, 100 of 2,000 keys, median of {Rounds - 2} rounds of {Units} units").AddColumns("way", "µs a unit", "bytes allocated");
        foreach (var (name, all) in micros)
        {
            table.AddRow(name, $"{all.Skip(2).Order().ElementAt((Rounds - 2) / 2):0}", $"{bytes[name]:N0}");
        }

        AnsiConsole.Write(table);
    }

    private static UnitOfWork Unit(int i) => new UnitOfWork().Upsert(Items, Keys(i).Select(k => (k, $"x{k}", 1L)));

    private static async Task SendAsync(NpgsqlDataSource source, IReadOnlyList<string> statements, int i, bool commitsBehind)
    {
        var keys = Keys(i);
        Array.Sort(keys);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var sql in statements)
        {
            var command = new NpgsqlBatchCommand(sql);
            if (sql.Contains("advisory", StringComparison.Ordinal))
            {
                command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [4711] });
                command.Parameters.Add(new NpgsqlParameter<bool[]> { TypedValue = [false] });
            }
            else
            {
                command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = keys });
                command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(keys, k => $"x{k}") });
                command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(keys, _ => 1L) });
            }

            batch.BatchCommands.Add(command);
        }

        if (!commitsBehind)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("COMMIT"));
        }

        await batch.ExecuteNonQueryAsync();
        if (commitsBehind)
        {
            await transaction.CommitAsync();
        }
    }

    private static long[] Keys(int i)
    {
        var keys = Enumerable.Range(1, 2000).Select(k => (long)k).ToArray();
        new Random(i).Shuffle(keys);
        return keys[..100];
    }
}
