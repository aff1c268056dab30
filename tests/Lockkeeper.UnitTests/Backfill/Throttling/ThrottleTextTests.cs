using Lockkeeper.Backfill.Throttling;

namespace Lockkeeper.UnitTests.Backfill.Throttling;

public sealed class ThrottleTextTests
{
    [Theory]
    [InlineData("replica-lag=10s")]
    [InlineData("replica-lag/strict=250ms")]
    [InlineData("replica-bytes=512MB")]
    [InlineData("slot-room=1GB")]
    [InlineData("wal-rate=64MB")]
    [InlineData("archive-queue=2GB")]
    [InlineData("waiting-sessions=5")]
    [InlineData("active-sessions=32")]
    [InlineData("commit-latency=1.5s")]
    [InlineData("window=22:00-06:00")]
    [InlineData("sql=SELECT a = '=' FROM t")]
    [InlineData("sql/lenient=SELECT true")]
    public void A_throttle_is_written_as_it_is_read(string text) => Assert.Equal(text, ThrottleText.Parse(text).ToString());

    [Theory]
    [InlineData("replica-lag = 2min", "replica-lag=2min")]
    [InlineData("replica-lag=120s", "replica-lag=2min")]
    [InlineData("replica-lag/lenient=1h", "replica-lag=1h")]
    [InlineData("sql/strict=SELECT true", "sql=SELECT true")]
    [InlineData("wal-rate=1024kB", "wal-rate=1MB")]
    public void Other_spellings_are_read_too(string text, string same) => Assert.Equal(same, ThrottleText.Parse(text).ToString());

    [Theory]
    [InlineData("replica-lag")]
    [InlineData("replica-lags=10s")]
    [InlineData("replica-lag=10")]
    [InlineData("replica-lag=-1s")]
    [InlineData("replica-lag=0s")]
    [InlineData("replica-lag=NaNs")]
    [InlineData("replica-lag=1e300h")]
    [InlineData("replica-lag/very=10s")]
    [InlineData("wal-rate=10s")]
    [InlineData("waiting-sessions=0")]
    [InlineData("active-sessions=many")]
    [InlineData("window=25:00-06:00")]
    [InlineData("window=06:00-06:00")]
    public void What_makes_no_sense_is_refused_in_words(string text)
    {
        var refused = Assert.Throws<FormatException>(() => ThrottleText.Parse(text));

        Assert.Contains(text.Split('=', '/')[0], refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_replaces_takes_away_and_adds()
    {
        var changed = ThrottleText.Change(
            ThrottleText.Defaults, ["replica-lag=1min", "slot-room=off", "archive-queue=off", "commit-latency=off", "wal-rate=8MB"]);

        Assert.Equal(["waiting-sessions=5", "replica-lag=1min", "wal-rate=8MB"], changed.Select(throttle => throttle.ToString()));
        Assert.Empty(ThrottleText.Change(changed, ["off"]));
        Assert.Equal(["sql=SELECT true"], ThrottleText.Change(changed, ["off", "sql=SELECT true"]).Select(throttle => throttle.ToString()));
    }

    [Fact]
    public void The_defaults_are_those_of_the_page() => Assert.Equal(
        ["replica-lag=10s", "slot-room=1GB", "archive-queue=2GB", "waiting-sessions=5", "commit-latency=1s"],
        ThrottleText.Defaults.Select(throttle => throttle.ToString()));

    [Theory]
    [InlineData(21, true)]
    [InlineData(22, false)]
    [InlineData(5, false)]
    [InlineData(6, true)]
    public async Task A_window_goes_round_midnight(int hour, bool holds) =>
        Assert.Equal(holds, await HoldsAtAsync(ThrottleText.Parse("window=22:00-06:00"), hour));

    [Fact]
    public async Task A_jump_of_the_commit_latency_is_believed_at_once_and_a_fall_slowly()
    {
        var read = new CommitLatencyThrottle(TimeSpan.FromSeconds(1)).Start();

        Assert.Equal(2, await LoadAsync(2));
        Assert.Equal(1.2, await LoadAsync(0), 3);
        Assert.Equal(0.72, await LoadAsync(0), 3);

        async Task<double> LoadAsync(double seconds) => Assert.IsType<Reading.Measured>(
            await read(ProbeAt(12).With(TimeSpan.FromSeconds(seconds)), TestContext.Current.CancellationToken)).Load;
    }

    private static async Task<bool> HoldsAtAsync(Throttle throttle, int hour) => Assert.IsType<Reading.Measured>(
        await throttle.Start()(ProbeAt(hour).With(TimeSpan.Zero), TestContext.Current.CancellationToken)).Load >= 1;

    private static Surroundings ProbeAt(int hour) => new(hour);

    private sealed record Surroundings(int Hour)
    {
        // These throttles ask no server.
        public ThrottleProbe With(TimeSpan latency) => new()
        {
            Connection = null!,
            Time = new ManualTime { Began = new DateTimeOffset(2026, 3, 1, Hour, 0, 0, TimeSpan.Zero) },
            Workers = [],
            CommitLatency = latency,
        };
    }
}
