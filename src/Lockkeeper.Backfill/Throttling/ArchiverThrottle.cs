namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds while this much WAL waits for the archiver.</summary>
/// <param name="Limit">The most bytes between the last archived segment and the one being written.</param>
/// <remarks>
/// The numbers of the segments in <c>pg_stat_archiver</c> and in <c>pg_walfile_name</c> (a timeline, and two numbers of eight hexadecimal digits), by the
/// server's own segment size. A name of another form, such as a backup label's, or of another timeline says nothing about the queue.
/// </remarks>
public sealed record ArchiverThrottle(long Limit) : Throttle
{
    internal const string Key = "archive-queue";

    private const string Sql =
        """
        WITH files AS (
            SELECT a.last_archived_wal AS archived, pg_walfile_name(pg_current_wal_lsn()) AS current,
                   a.last_failed_time > coalesce(a.last_archived_time, '-infinity') AS fails, s.size
            FROM pg_stat_archiver AS a, (SELECT setting::bigint AS size FROM pg_settings WHERE name = 'wal_segment_size') AS s)
        SELECT current_setting('archive_mode') <> 'off',
               CASE WHEN archived ~ '^[0-9A-F]{24}$' AND left(archived, 8) = left(current, 8) THEN
                   size * ((('x' || substr(current, 9, 8))::bit(32)::bigint - ('x' || substr(archived, 9, 8))::bit(32)::bigint) * (4294967296 / size)
                           + ('x' || substr(current, 17, 8))::bit(32)::bigint - ('x' || substr(archived, 17, 8))::bit(32)::bigint - 1)
               END,
               coalesce(fails, false)
        FROM files
        """;

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => Amount.Of(Limit);

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => async (probe, cancellationToken) =>
    {
        var (archives, queue, fails) = await probe.SingleAsync(
            Sql,
            row => (row.GetBoolean(0), row.IsDBNull(1) ? (long?)null : Math.Max(0, row.GetInt64(1)), row.GetBoolean(2)),
            cancellationToken).ConfigureAwait(false);
        if (!archives)
        {
            return new Reading.Absent("the server does not archive");
        }

        var failing = fails ? ", and the last attempt to archive failed" : "";
        return queue is { } bytes
            ? new Reading.Measured(bytes / (double)Limit, $"{Amount.About(bytes)} of WAL wait for the archiver (limit {LimitText}){failing}")
            : new Reading.Unreadable($"nothing was archived on this timeline yet{failing}");
    };
}
