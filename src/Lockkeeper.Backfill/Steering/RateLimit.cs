namespace Lockkeeper.Backfill.Steering;

/// <summary>A ceiling of rows per second. Pure; told the time.</summary>
/// <remarks>
/// A chunk is paid for after it is done, because only then its rows are known: the next one begins when the rows before it have had their time.
/// What was not used up in quiet times is not saved: after a pause there is no burst.
/// </remarks>
internal sealed class RateLimit
{
    private TimeSpan _notBefore;

    /// <summary>The ceiling; null for none.</summary>
    public double? RowsPerSecond { get; set; }

    public void Spend(long rows, TimeSpan now)
    {
        if (RowsPerSecond is { } rate)
        {
            _notBefore = (_notBefore > now ? _notBefore : now) + TimeSpan.FromSeconds(rows / rate);
        }
    }

    /// <summary>How long the next chunk has to wait.</summary>
    public TimeSpan DelayAt(TimeSpan now) => RowsPerSecond is not null && _notBefore > now ? _notBefore - now : TimeSpan.Zero;
}
