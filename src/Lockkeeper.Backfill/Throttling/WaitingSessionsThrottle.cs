using System.Globalization;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds while this many sessions wait for a lock that a worker of the backfill has.</summary>
/// <param name="Limit">How many; each waits for less than one chunk.</param>
/// <remarks>
/// <c>pg_locks</c>, and not <c>pg_stat_activity</c>, says who waits: any role may read it. <c>pg_blocking_pids</c> is asked only about those, because it stops
/// the lock manager for a moment (manual, 9.27.1).
/// </remarks>
public sealed record WaitingSessionsThrottle(int Limit) : Throttle
{
    internal const string Key = "waiting-sessions";

    private const string Sql =
        """
        SELECT count(*) FROM (SELECT DISTINCT pid FROM pg_locks WHERE NOT granted AND pid <> ALL ($1)) AS waiting
        WHERE pg_blocking_pids(waiting.pid) && $1
        """;

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => Limit.ToString(CultureInfo.InvariantCulture);

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => async (probe, cancellationToken) =>
    {
        var waiting = await probe.SingleAsync(
            Sql, row => row.GetInt64(0), cancellationToken, [new() { Value = probe.Workers }]).ConfigureAwait(false);
        return new Reading.Measured(waiting / (double)Limit, string.Create(
            CultureInfo.InvariantCulture, $"{waiting} sessions wait because of the backfill (limit {Limit})"));
    };
}
