namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds while a commit takes this long to reach the disk, and the standbys that commits wait for.</summary>
/// <param name="Limit">The longest commit.</param>
/// <remarks>
/// Chunks do not wait for the disk, so they cannot tell. Once a second the process writes into the state tables how far it is, and that commit is flushed:
/// it is the sensor. A latency that jumps is believed at once; one that falls must stay low for a few readings.
/// </remarks>
public sealed record CommitLatencyThrottle(TimeSpan Limit) : Throttle
{
    internal const string Key = "commit-latency";

    private const double WeightOfLatest = 0.4;

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => Amount.Of(Limit);

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start()
    {
        var average = TimeSpan.Zero;
        return (probe, _) =>
        {
            var latest = probe.CommitLatency;
            average = latest > average ? latest : (WeightOfLatest * latest) + ((1 - WeightOfLatest) * average);
            return Task.FromResult<Reading>(new Reading.Measured(average / Limit, $"a commit takes {Amount.Of(average)} (limit {LimitText})"));
        };
    }
}
