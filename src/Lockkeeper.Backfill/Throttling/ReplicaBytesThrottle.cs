namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds while a streaming replica has this much WAL still to apply.</summary>
/// <param name="Limit">The most bytes between what the server has written and what the replica has applied.</param>
public sealed record ReplicaBytesThrottle(long Limit) : Throttle
{
    internal const string Key = "replica-bytes";

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => Amount.Of(Limit);

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start() => async (probe, cancellationToken) =>
    {
        var all = await Replica.ReadAllAsync(probe, cancellationToken).ConfigureAwait(false);
        return Replica.Judge(all, replica => replica.Bytes / (double)Limit, replica =>
            $"replica {replica.Name} is {Amount.About(replica.Bytes)} behind (limit {LimitText})");
    };
}
