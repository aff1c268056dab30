using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Cli.Demo.Measuring;

/// <summary>What the server says of the table, and of the database's deadlocks.</summary>
/// <param name="Bytes">The table with its indexes and toasted values.</param>
/// <param name="Updates">Row versions that updates wrote since the table was made.</param>
/// <param name="HotUpdates">How many of them went to the same page and into no index.</param>
/// <param name="Deadlocks">Deadlocks that the server ended in this database.</param>
internal sealed record TableReading(long Bytes, long Updates, long HotUpdates, long Deadlocks)
{
    // The collector of PostgreSQL 14 writes its file twice a second.
    private const int FirstWithSharedStatistics = 15;

    private const string CountersSql =
        """
        SELECT pg_total_relation_size('public.orders'), t.n_tup_upd, t.n_tup_hot_upd, d.deadlocks
        FROM pg_stat_user_tables t, pg_stat_database d
        WHERE t.relid = 'public.orders'::regclass AND d.datname = current_database()
        """;

    private const string OthersSql =
        """
        SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
        """;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CollectorsPause = TimeSpan.FromMilliseconds(600);

    // Nothing hangs on it but two of the numbers shown.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Reads them when they are whole: once no other session is left.</summary>
    /// <remarks>
    /// A session passes its counters on at most once a second, and for certain when it ends, before it leaves pg_stat_activity.
    /// So nothing is missing once all have left. PostgreSQL 14 sends them to another process; there two equal readings must follow each other.
    /// </remarks>
    public static async Task<TableReading> TakeAsync(NpgsqlConnection connection, TimeProvider time, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (await OthersAsync(connection, cancellationToken) && time.GetElapsedTime(since) < Patience)
        {
            await Task.Delay(BetweenLooks, time, cancellationToken);
        }

        var reading = await ReadAsync(connection, cancellationToken);
        while (connection.PostgreSqlVersion.Major < FirstWithSharedStatistics && time.GetElapsedTime(since) < Patience)
        {
            await Task.Delay(CollectorsPause, time, cancellationToken);
            var before = reading;
            reading = await ReadAsync(connection, cancellationToken);
            if (reading == before)
            {
                break;
            }
        }

        return reading;
    }

    private static async Task<bool> OthersAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(OthersSql, [], row => row.GetInt32(0), cancellationToken)).Count > 0;

    private static async Task<TableReading> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
            CountersSql, [], row => new TableReading(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken))
        .Single();
}
