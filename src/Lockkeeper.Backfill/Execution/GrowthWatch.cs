using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>Compares now and then how large the table is with what it was when it was planned. Several workers may share it.</summary>
internal sealed class GrowthWatch(NpgsqlDataSource dataSource, string job, ProgressBoard board, TimeProvider time)
{
    // The size of a leaf asks the file system: with partitions by the thousand that is some milliseconds.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // The lock on a leaf may not be had for a while, and nobody needs the number.
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);

    private const string Sql =
        """
        SELECT sum(coalesce(pg_relation_size(leaf), 0)) / nullif(current_setting('block_size')::float8 * sum(blocks), 0)
        FROM (SELECT leaf, sum(end_block - first_block) AS blocks FROM lockkeeper.backfill_ranges WHERE backfill = $1 GROUP BY leaf) AS planned
        """;

    private readonly Lock _gate = new();
    private long? _last;

    /// <summary>Looks over a worker's own connection, unless somebody has a moment ago: there may be no other in its pool.</summary>
    public Task LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_last is { } last && time.GetElapsedTime(last) < Interval)
            {
                return Task.CompletedTask;
            }

            _last = time.GetTimestamp();
        }

        return LookNowAsync(connection, cancellationToken);
    }

    /// <summary>Looks in any case.</summary>
    public async Task LookNowAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            await LookNowAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // The last number stands.
        }
    }

    private async Task LookNowAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var growth = await connection.QueryAsync(
                Sql, [new() { Value = job }], row => row.IsDBNull(0) ? (double?)null : row.GetDouble(0), Timeout, cancellationToken).ConfigureAwait(false);
            board.Grown(growth.SingleOrDefault());
        }
        catch (PostgresException e) when (!TransientErrors.IsConnectionLoss(e))
        {
            // The last number stands. A connection that is lost is the caller's to notice.
        }
    }
}
