using Lockkeeper.BulkWrite;
using Lockkeeper.BulkWrite.Counters;
using Lockkeeper.BulkWrite.Mapping;
using Lockkeeper.EmbeddedPostgres;
using Npgsql;

namespace Lockkeeper.BulkWriteBench;

/// <summary>Many writers on the same rows.</summary>
internal static class WriterBench
{
    private const string Upsert = """
        INSERT INTO items AS t SELECT id, name, amount FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS s(id, name, amount)
        ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name, amount = t.amount + EXCLUDED.amount
        """;

    private static readonly TableMap<(long Id, string Name, long Amount)> Items = TableMap.Of<(long Id, string Name, long Amount)>(
        "public", "items", t => t.Key(i => i.Id).Column(i => i.Name).Column(i => i.Amount, merge: Merge.Add));

    public static Task UpsertsAsync(PostgresServer server, int writers)
    {
        const string Sql = "CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL, amount bigint NOT NULL); INSERT INTO items SELECT g, 'x', 0 FROM generate_series(1, 2000) AS g";
        return Writers.RunAsync(server, "Upserts of 100 of 2,000 keys", Sql, writers,
            new WriterWay("ordered, by hand", source => (w, i) => UpsertAsync(source, [.. Keys(w, i).Order()])),
            new WriterWay("Lockkeeper", source =>
            {
                var writer = new BulkWriter(source, new BulkWriteTables(Items), new BulkWriteOptions { Retries = 0 });
                return (w, i) => writer.WriteAsync(new UnitOfWork().Upsert(Items, Keys(w, i).Select(k => (k, $"x{k}", 1L))));
            }),
            new WriterWay("EF Core, read and SaveChanges", source => (w, i) => ItemContext.UpsertAsync(source, [.. Keys(w, i)])),
            new WriterWay("unordered", source => (w, i) => UpsertAsync(source, [.. Keys(w, i)])));
    }

    public static Task MixedAsync(PostgresServer server)
    {
        const string Sql = """
            CREATE TABLE parents (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, amount bigint NOT NULL);
            CREATE TABLE children (id bigint PRIMARY KEY, parent_id bigint NOT NULL REFERENCES parents ON DELETE CASCADE);
            CREATE INDEX ON children (parent_id);
            INSERT INTO parents SELECT g, 'c' || (5000 - g), 0 FROM generate_series(1, 1000) AS g;
            """;
        var parents = TableMap.Of<(long Id, string Code, long Amount)>("public", "parents", t => t
            .Key(p => p.Id).ColumnOnInsert(p => p.Code).Column(p => p.Amount, merge: Merge.Add));
        var children = TableMap.Of<(long Id, long ParentId)>("public", "children", t => t.Key(c => c.Id).Column(c => c.ParentId));
        return Writers.RunAsync(server, "Parents, children, cascades, two unique indexes", Sql, 8,
            new WriterWay("Lockkeeper", source =>
            {
                var writer = new BulkWriter(source, new BulkWriteTables(parents, children), new BulkWriteOptions { Retries = 0 });
                return (w, i) => writer.WriteAsync(Mixed(w, i));
            }),
            new WriterWay("each statement sorted", source => (w, i) => MixedByHandAsync(source, w, i, sorted: true)),
            new WriterWay("as written", source => (w, i) => MixedByHandAsync(source, w, i, sorted: false)),
            new WriterWay("EF Core, read and SaveChanges", source => (w, i) => ItemContext.MixedAsync(source, [.. Keys(w, i, 20, 1000)], i % 4 == 0)));

        UnitOfWork Mixed(int w, int i)
        {
            var keys = Keys(w, i, 20, 1000).ToList();
            return i % 4 == 0
                ? new UnitOfWork().Delete(parents, keys.Take(5).Select(k => (k, "", 0L)))
                : new UnitOfWork().Upsert(parents, keys.Select(k => (k, $"c{5000 - k}", 1L)))
                    .Upsert(children, keys.Select(k => (k * 3, k)));
        }
    }

    public static async Task CountersAsync(PostgresServer server, TimeSpan pause)
    {
        var lines = TableMap.Of<(Guid Id, long Item)>("public", "lines", t => t.Key(l => l.Id).Column(l => l.Item));
        Counter<long>? Of(CounterKind? kind) => kind is { } one ? new Counter<long>("public", "items", "id", "amount", one) : null;
        WriterWay Way(string name, CounterKind? kind) => new(name, source =>
        {
            var counter = Of(kind);
            var tables = new BulkWriteTables(lines);
            var writer = new BulkWriter(source, counter is null ? tables : tables.With(counter), new BulkWriteOptions { Retries = 0 });
            return async (w, i) =>
            {
                var rows = Enumerable.Range(0, 5).Select(_ => (Guid.CreateVersion7(), 1 + (long)((w + i) % 4))).ToList();
                var unit = new UnitOfWork().Insert(lines, rows);
                if (counter is not null)
                {
                    rows.ForEach(row => unit.Count(counter, row.Item2));
                }

                await writer.WriteAsync(unit);
            };
        })
        {
            Pause = pause,
            Check = Of(kind) is { } checkedOne
                ? $"SELECT bool_and({checkedOne.Expression("items")} = (SELECT count(*) FROM lines WHERE item = items.id)) FROM items" : null,
        };
        var ddl = string.Join(";", Of(CounterKind.Slots)!.Ddl("bigint").Concat(Of(CounterKind.Deltas)!.Ddl("bigint")));
        await Writers.RunAsync(server, $"Five lines a unit, four rows that count, {pause.TotalMilliseconds} ms between units", $"""
            CREATE TABLE items (id bigint PRIMARY KEY, amount bigint NOT NULL) WITH (fillfactor = 50);
            INSERT INTO items SELECT g, 0 FROM generate_series(1, 4) AS g;
            CREATE TABLE lines (id uuid PRIMARY KEY, item bigint NOT NULL);
            {ddl}
            """, 16,
            Way("no counter", null), Way("column", CounterKind.Column), Way("slots", CounterKind.Slots), Way("deltas", CounterKind.Deltas),
            Way("deltas, gathered every 50 ms", CounterKind.Deltas) with
            {
                Beside = (source, token) => new CounterRollUp(source, Of(CounterKind.Deltas)!).RunAsync(TimeSpan.FromMilliseconds(50), token),
            });
    }

    private static async Task UpsertAsync(NpgsqlDataSource source, long[] keys)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(Upsert, connection))
        {
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = keys });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = Array.ConvertAll(keys, k => $"x{k}") });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(keys, _ => 1L) });
            await command.ExecuteNonQueryAsync();
        }

        await transaction.CommitAsync();
    }

    private static async Task MixedByHandAsync(NpgsqlDataSource source, int w, int i, bool sorted)
    {
        IEnumerable<long> Sorted(IEnumerable<long> keys) => sorted ? keys.Order() : keys;
        var keys = Keys(w, i, 20, 1000).ToList();
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (i % 4 == 0)
        {
            await ExecuteAsync(connection, "DELETE FROM parents WHERE id = ANY($1)", [.. Sorted(keys.Take(5))]);
        }
        else
        {
            await ExecuteAsync(connection, "INSERT INTO parents AS t SELECT k, 'c' || (5000 - k), 1 FROM unnest($1::bigint[]) AS k ON CONFLICT (id) DO UPDATE SET amount = t.amount + 1", [.. Sorted(keys)]);
            await ExecuteAsync(connection, "INSERT INTO children SELECT k * 3, k FROM unnest($1::bigint[]) AS k ON CONFLICT (id) DO UPDATE SET parent_id = EXCLUDED.parent_id", [.. Sorted(keys)]);
        }

        await transaction.CommitAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, long[] keys)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = keys });
        await command.ExecuteNonQueryAsync();
    }

    private static IEnumerable<long> Keys(int writer, int i, int count = 100, int of = 2000)
    {
        var keys = Enumerable.Range(1, of).Select(k => (long)k).ToArray();
        new Random((writer * 1_000_003) + i).Shuffle(keys);
        return keys.Take(count);
    }
}
