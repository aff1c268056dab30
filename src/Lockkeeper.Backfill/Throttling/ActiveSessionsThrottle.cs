using System.Globalization;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds while this many clients have a statement running.</summary>
/// <param name="Limit">How many. What a server bears depends on its processors, which SQL cannot tell: there is no default.</param>
public sealed record ActiveSessionsThrottle(int Limit) : Throttle
{
    internal const string Key = "active-sessions";

    // The session that asks and the workers are not counted. Of other roles' sessions only who has pg_read_all_stats sees the state.
    private const string Sql =
        """
        SELECT count(*) FILTER (WHERE state = 'active' AND backend_type = 'client backend'), coalesce(bool_or(query = '<insufficient privilege>'), false)
        FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND pid <> ALL ($1)
        """;

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => Limit.ToString(CultureInfo.InvariantCulture);

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => async (probe, cancellationToken) =>
    {
        var (active, hidden) = await probe.SingleAsync(
            Sql, row => (row.GetInt64(0), row.GetBoolean(1)), cancellationToken, [new() { Value = probe.Workers }]).ConfigureAwait(false);
        var text = string.Create(CultureInfo.InvariantCulture, $"{active} sessions are active (limit {Limit})");

        // Those that are seen may be too many already.
        return hidden && active < Limit
            ? new Reading.Unreadable("the role may not see what other sessions do: it needs pg_read_all_stats")
            : new Reading.Measured(active / (double)Limit, text);
    };
}
