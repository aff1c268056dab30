using System.Diagnostics;
using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.EmbeddedPostgres;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Spectre.Console;

namespace Lockkeeper.BulkWriteBench;

/// <summary>100,000 rows into a table of 1,000,000, with one index besides the key.</summary>
internal static class RowBench
{
    private const int There = 1_000_000;
    private const int Rows = 100_000;
    private const int Runs = 3;

    private const string Merge = """
        INSERT INTO rows SELECT * FROM stage ORDER BY id
        ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, size = EXCLUDED.size, made = EXCLUDED.made, a = EXCLUDED.a, b = EXCLUDED.b, c = EXCLUDED.c, d = EXCLUDED.d
        """;

    private static readonly TableMap<Row> Map = TableMap.Of<Row>("public", "rows", t => t
        .Key(r => r.Id).Column(r => r.Name).Column(r => r.Size).Column(r => r.Made).Column(r => r.A).Column(r => r.B).Column(r => r.C).Column(r => r.D));

    public static async Task RunAsync(PostgresServer server)
    {
        await using var template = await server.CreateDatabaseAsync(null, CancellationToken.None);
        await using (var source = NpgsqlDataSource.Create(template.ConnectionString))
        {
            await Writers.ExecuteAsync(source, $"""
                CREATE TABLE rows (id bigint PRIMARY KEY, name text, size int, made timestamptz, a bigint, b bigint, c text, d numeric);
                INSERT INTO rows SELECT g * 2, 'name ' || g, g % 100, now(), g, g, 'c', 1.5 FROM generate_series(1, {There}) AS g;
                CREATE INDEX ON rows (made);
                """);
            await Writers.ExecuteAsync(source, "VACUUM ANALYZE rows");
            source.Clear();
        }

        await RunAsync(server, template.Name, "Inserts of 100,000 rows into 1,000,000", NewRows(),
            ("direct COPY, unsorted, by hand", CopyAsync), ("direct COPY, sorted, by hand", SortedCopyAsync),
            ("Lockkeeper", (s, rows) => LockkeeperAsync(s, u => u.Insert(Map, rows))), ("batch of inserts", BatchAsync), ("EF Core", EntityAsync));
        await RunAsync(server, template.Name, "Upserts of 100,000 rows, half of them there, of 1,000,000", MixedRows(),
            ("staged COPY and merge, by hand", StagedAsync), ("Lockkeeper", (s, rows) => LockkeeperAsync(s, u => u.Upsert(Map, rows))),
            ("batch of upserts", BatchAsync));
    }

    private static async Task RunAsync(
        PostgresServer server, string template, string title, List<Row> rows, params (string Name, Func<NpgsqlDataSource, List<Row>, Task> WriteAsync)[] ways)
    {
        var seconds = ways.ToDictionary(way => way.Name, _ => new List<double>());
        for (var run = 0; run < Runs; run++)
        {
            foreach (var (name, writeAsync) in ways.Where(way => run == 0 || !way.Name.StartsWith("EF", StringComparison.Ordinal)))
            {
                await using var database = await server.CreateDatabaseAsync(template, CancellationToken.None);
                await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 0 }.ConnectionString);
                await Writers.ExecuteAsync(source, "CHECKPOINT");
                await Writers.ExecuteAsync(source, "SELECT count(*) FROM rows");
                var began = Stopwatch.GetTimestamp();
                await writeAsync(source, rows);
                seconds[name].Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
        }

        var table = new Table().Title($"{title}, median of {Runs}").AddColumns("way", "rows/s", "seconds");
        foreach (var (name, all) in seconds)
        {
            var median = all.Order().ElementAt(all.Count / 2);
            table.AddRow(name, $"{Rows / median:N0}", string.Join(" ", all.Select(s => $"{s:0.000}")));
        }

        AnsiConsole.Write(table);
    }

    private static async Task LockkeeperAsync(NpgsqlDataSource source, Action<UnitOfWork> fill)
    {
        using var writer = new BulkWriter(source, new BulkWriteTables(Map));
        var unit = new UnitOfWork();
        fill(unit);
        await writer.WriteAsync(unit);
    }

    private static Task CopyAsync(NpgsqlDataSource source, List<Row> rows) => CopyAsync(source, rows, "rows", after: null);

    private static Task SortedCopyAsync(NpgsqlDataSource source, List<Row> rows) => CopyAsync(source, [.. rows.OrderBy(row => row.Id)], "rows", after: null);

    private static Task StagedAsync(NpgsqlDataSource source, List<Row> rows) => CopyAsync(source, rows, "stage", Merge);

    private static async Task CopyAsync(NpgsqlDataSource source, List<Row> rows, string table, string? after)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (after is not null)
        {
            await using var create = new NpgsqlCommand("CREATE TEMP TABLE stage (LIKE rows) ON COMMIT DROP", connection);
            await create.ExecuteNonQueryAsync();
        }

        await using (var importer = await connection.BeginBinaryImportAsync($"COPY {table} FROM STDIN (FORMAT BINARY)"))
        {
            foreach (var row in rows)
            {
                await importer.StartRowAsync();
                await importer.WriteAsync(row.Id);
                await importer.WriteAsync(row.Name);
                await importer.WriteAsync(row.Size);
                await importer.WriteAsync(row.Made);
                await importer.WriteAsync(row.A);
                await importer.WriteAsync(row.B);
                await importer.WriteAsync(row.C);
                await importer.WriteAsync(row.D);
            }

            await importer.CompleteAsync();
        }

        if (after is not null)
        {
            await using var merge = new NpgsqlCommand(after, connection);
            await merge.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    private static async Task BatchAsync(NpgsqlDataSource source, List<Row> rows)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var chunk in rows.Chunk(1000))
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var row in chunk)
            {
                var command = new NpgsqlBatchCommand("""
                    INSERT INTO rows VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, size = EXCLUDED.size, made = EXCLUDED.made, a = EXCLUDED.a, b = EXCLUDED.b, c = EXCLUDED.c, d = EXCLUDED.d
                    """);
                command.Parameters.AddRange(new NpgsqlParameter[]
                {
                    new NpgsqlParameter<long> { TypedValue = row.Id }, new NpgsqlParameter<string> { TypedValue = row.Name },
                    new NpgsqlParameter<int> { TypedValue = row.Size }, new NpgsqlParameter<DateTime> { TypedValue = row.Made },
                    new NpgsqlParameter<long> { TypedValue = row.A }, new NpgsqlParameter<long> { TypedValue = row.B },
                    new NpgsqlParameter<string> { TypedValue = row.C }, new NpgsqlParameter<decimal> { TypedValue = row.D },
                });
                batch.BatchCommands.Add(command);
            }

            await batch.PrepareAsync();
            await batch.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    private static async Task EntityAsync(NpgsqlDataSource source, List<Row> rows)
    {
        await using var context = new RowContext(source);
        context.AddRange(rows);
        await context.SaveChangesAsync();
    }

    private static List<Row> NewRows() => Shuffled(Enumerable.Range(0, Rows).Select(i => (i * 20L) + 1));

    private static List<Row> MixedRows() => Shuffled(Enumerable.Range(0, Rows).Select(i => (i * 20L) + 2 + (i % 2)));

    private static List<Row> Shuffled(IEnumerable<long> ids)
    {
        var keys = ids.ToArray();
        new Random(1).Shuffle(keys);
        var made = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        return [.. keys.Select(id => new Row { Id = id, Name = $"new {id}", Size = (int)(id % 100), Made = made.AddSeconds(id), A = id, B = id, C = "c", D = 2.5m })];
    }

    internal sealed class Row
    {
        public long Id { get; set; }

        public string Name { get; set; } = "";

        public int Size { get; set; }

        public DateTime Made { get; set; }

        public long A { get; set; }

        public long B { get; set; }

        public string C { get; set; } = "";

        public decimal D { get; set; }
    }

    private sealed class RowContext(NpgsqlDataSource source) : DbContext
    {
        protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql(source);

        protected override void OnModelCreating(ModelBuilder model) => model.Entity<Row>(row =>
        {
            row.ToTable("rows");
            row.Property(r => r.Id).ValueGeneratedNever();
            foreach (var property in row.Metadata.GetProperties())
            {
                property.SetColumnName(property.Name.ToLowerInvariant());
            }
        });
    }
}
