namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>
/// A clock that goes on by the same step whenever it is looked at. Every chunk then seems to take as long, so that chunks stay at a few
/// blocks, and every chunk is reported: a test can act between any two of them.
/// </summary>
internal sealed class SteppingTime : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref _ticks, TimeSpan.FromMilliseconds(110).Ticks);
}
