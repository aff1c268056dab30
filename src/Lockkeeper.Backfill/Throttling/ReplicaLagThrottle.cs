namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds while a streaming replica is behind by this time.</summary>
/// <param name="Limit">The longest lag in applying what the server has written.</param>
/// <remarks>
/// <c>replay_lag</c> of <c>pg_stat_replication</c> (manual, 27.2). It is null while a replica has nothing to apply, which is no lag. A replica that is cut off
/// is not in the view at all: its slot is what tells.
/// </remarks>
public sealed record ReplicaLagThrottle(TimeSpan Limit) : Throttle
{
    internal const string Key = "replica-lag";

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => Amount.Of(Limit);

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => async (probe, cancellationToken) =>
    {
        var all = await Replica.ReadAllAsync(probe, cancellationToken).ConfigureAwait(false);
        return Replica.Judge(all, replica => replica.Lag is { } lag ? lag / Limit : 0, replica =>
            $"replica {replica.Name} is {Amount.Of(replica.Lag ?? TimeSpan.Zero)} behind (limit {LimitText})");
    };
}
