using Lockkeeper.Server.Running;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>A replica as the server sees it.</summary>
/// <param name="Name">Its application name, by which it is called in settings.</param>
/// <param name="IsVisible">Whether the role may see how far it is.</param>
/// <param name="Lag">How far behind it is in time; null while it has nothing to apply.</param>
/// <param name="Bytes">How far behind it is in bytes.</param>
internal sealed record Replica(string Name, bool IsVisible, TimeSpan? Lag, long Bytes)
{
    // A backup or pg_receivewal applies nothing: it has no replay position. Who lacks pg_read_all_stats sees the row and no more of it, so
    // that must be told apart.
    private const string Sql =
        """
        SELECT coalesce(application_name, '?'), state IS NOT NULL, extract(epoch FROM replay_lag)::float8,
               coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0)::bigint
        FROM pg_stat_replication
        WHERE state IS NULL OR (state IN ('streaming', 'catchup') AND replay_lsn IS NOT NULL)
        """;

    public static Task<IReadOnlyList<Replica>> ReadAllAsync(ThrottleProbe probe, CancellationToken cancellationToken) =>
        probe.Connection.QueryAsync(
            Sql,
            [],
            row => new Replica(
                row.GetString(0), row.GetBoolean(1), row.IsDBNull(2) ? null : TimeSpan.FromSeconds(row.GetDouble(2)), row.GetInt64(3)),
            cancellationToken);

    /// <summary>The worst of them counts.</summary>
    public static Reading Judge(IReadOnlyList<Replica> all, Func<Replica, double> load, Func<Replica, string> text)
    {
        if (all.Any(replica => !replica.IsVisible))
        {
            return new Reading.Unreadable("there are replicas, and the role may not see how far they are: it needs pg_read_all_stats");
        }

        return all.MaxBy(load) is { } worst ? new Reading.Measured(load(worst), text(worst)) : new Reading.Absent("there is no streaming replica");
    }
}
