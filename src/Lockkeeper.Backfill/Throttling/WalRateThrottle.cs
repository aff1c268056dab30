namespace Lockkeeper.Backfill.Throttling;

/// <summary>Holds while the whole server, this backfill included, writes this much WAL a second.</summary>
/// <param name="BytesPerSecond">The limit, over the last seconds.</param>
/// <remarks>The positions of <c>pg_current_wal_insert_lsn()</c> at two readings, smoothed, because one checkpoint's full-page images are no trend.</remarks>
public sealed record WalRateThrottle(long BytesPerSecond) : Throttle
{
    internal const string Key = "wal-rate";

    private const double WeightOfLatest = 0.5;

    /// <inheritdoc/>
    public override string Name => Key;

    internal override string LimitText => Amount.Of(BytesPerSecond);

    internal override Func<ThrottleProbe, CancellationToken, Task<Reading>> Start()
    {
        (long Position, long At)? last = null;
        double? average = null;
        return async (probe, cancellationToken) =>
        {
            var position = await probe.SingleAsync(
                "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint", row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
            var now = probe.Time.GetTimestamp();
            if (last is { } before && probe.Time.GetElapsedTime(before.At, now) is { Ticks: > 0 } elapsed)
            {
                var rate = (position - before.Position) / elapsed.TotalSeconds;
                average = average is { } past ? (WeightOfLatest * rate) + ((1 - WeightOfLatest) * past) : rate;
            }

            last = (position, now);
            return average is { } measured
                ? new Reading.Measured(measured / BytesPerSecond, $"the server writes {Amount.About(measured)} of WAL a second (limit {LimitText})")
                : new Reading.Measured(0, "the first reading of the WAL's position");
        };
    }
}
