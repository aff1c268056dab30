using Lockkeeper.Bench.Ways;
using Npgsql;

namespace Lockkeeper.Bench.Measuring;

/// <summary>Measures one way on one copy of the table, and checks that it did the work.</summary>
internal static class Measure
{
    public static async Task<Measurement> Async(Way way, string connectionString, int rows, CancellationToken cancellationToken)
    {
        await using var source = BenchTable.Open(connectionString);
        await way.PrepareAsync(source, cancellationToken);
        await BenchTable.ExecuteAsync(source, "CHECKPOINT", cancellationToken);
        var before = await BenchTable.ScalarAsync<long>(source, "SELECT pg_relation_size('public.users')", cancellationToken);
        var walBefore = await BenchTable.ScalarAsync<long>(source, "SELECT (pg_current_wal_lsn() - '0/0')::bigint", cancellationToken);
        var processors = await ServerProcessors.ReadAsync(source, cancellationToken);
        var elapsed = await way.FillAsync(source, cancellationToken);
        var used = await ServerProcessors.ReadAsync(source, cancellationToken) - processors;
        var walAfter = await BenchTable.ScalarAsync<long>(source, "SELECT (pg_current_wal_lsn() - '0/0')::bigint", cancellationToken);

        var wrong = await BenchTable.ScalarAsync<long>(
            source, $"SELECT count(*) FROM public.users WHERE {way.Column} IS DISTINCT FROM upper(name)", cancellationToken);
        if (wrong > 0)
        {
            throw new InvalidOperationException($"{way.Name} left {wrong} rows without the right value.");
        }

        return new Measurement(
            elapsed.TotalSeconds,
            used.TotalSeconds,
            rows / elapsed.TotalSeconds,
            before,
            await BenchTable.ScalarAsync<long>(source, "SELECT pg_relation_size('public.users')", cancellationToken),
            await BenchTable.ScalarAsync<long>(source, "SELECT pg_indexes_size('public.users')", cancellationToken),
            walAfter - walBefore,
            await HotShareAsync(source, rows, cancellationToken));
    }

    // Sessions report what they did when they end, at the latest. Ours have ended; what they sent is there when all rows are counted.
    private static async Task<double> HotShareAsync(NpgsqlDataSource source, int rows, CancellationToken cancellationToken)
    {
        for (var look = 0; look < 100; look++)
        {
            await using var command = source.CreateCommand(
                "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'public.users'::regclass");
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (reader.GetInt64(0) >= rows)
            {
                return (double)reader.GetInt64(1) / reader.GetInt64(0);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }

        return double.NaN;
    }
}
