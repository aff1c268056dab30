using Npgsql;

namespace Lockkeeper.BulkWriteBench;

/// <summary>The ways in which one writes many rows by hand.</summary>
internal static class RowsByHand
{
    private const string Set = "name = EXCLUDED.name, size = EXCLUDED.size, made = EXCLUDED.made, a = EXCLUDED.a, b = EXCLUDED.b, c = EXCLUDED.c, d = EXCLUDED.d";
    private const string Staged = "INSERT INTO rows SELECT * FROM stage ORDER BY id";

    public static Task CopyAsync(NpgsqlDataSource source, List<Row> rows) => CopyAsync(source, rows, "rows", after: null);

    public static Task SortedCopyAsync(NpgsqlDataSource source, List<Row> rows) => CopyAsync(source, [.. rows.OrderBy(row => row.Id)], "rows", after: null);

    public static Task StagedInsertAsync(NpgsqlDataSource source, List<Row> rows) => CopyAsync(source, rows, "stage", Staged);

    public static Task StagedUpsertAsync(NpgsqlDataSource source, List<Row> rows) =>
        CopyAsync(source, rows, "stage", $"{Staged} ON CONFLICT (id) DO UPDATE SET {Set}");

    public static Task BatchInsertAsync(NpgsqlDataSource source, List<Row> rows) => BatchAsync(source, rows, "");

    public static Task BatchUpsertAsync(NpgsqlDataSource source, List<Row> rows) => BatchAsync(source, rows, $" ON CONFLICT (id) DO UPDATE SET {Set}");

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

    private static async Task BatchAsync(NpgsqlDataSource source, List<Row> rows, string conflict)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var chunk in rows.Chunk(1000))
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var row in chunk)
            {
                var command = new NpgsqlBatchCommand($"INSERT INTO rows VALUES ($1, $2, $3, $4, $5, $6, $7, $8){conflict}");
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
}
