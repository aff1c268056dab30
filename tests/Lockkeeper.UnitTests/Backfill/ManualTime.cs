namespace Lockkeeper.UnitTests.Backfill;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class ManualTime : TimeProvider
{
    private TimeSpan _since = TimeSpan.Zero;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public DateTimeOffset Began { get; init; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long GetTimestamp() => _since.Ticks;

    public override DateTimeOffset GetUtcNow() => Began + _since;

    public void Advance(TimeSpan time) => _since += time;
}
