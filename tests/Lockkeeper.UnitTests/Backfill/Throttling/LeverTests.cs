using Lockkeeper.Backfill.Throttling;

namespace Lockkeeper.UnitTests.Backfill.Throttling;

public sealed class LeverTests
{
    private static readonly Throttle Lenient = new ReplicaLagThrottle(TimeSpan.FromSeconds(10));

    private readonly ManualTime _time = new();

    [Fact]
    public void It_holds_from_the_limit_on_and_says_why()
    {
        var lever = new Lever(Lenient, _time);

        lever.Take(new Reading.Measured(0.99, "9.9 s"));
        Assert.Null(lever.Reason);

        lever.Take(new Reading.Measured(1, "10 s"));
        Assert.Equal("replica-lag: 10 s", lever.Reason);
    }

    [Fact]
    public void It_lets_go_only_well_below_the_limit()
    {
        var lever = new Lever(Lenient, _time);
        lever.Take(new Reading.Measured(1.5, "15 s"));

        lever.Take(new Reading.Measured(0.8, "8 s"));
        Assert.NotNull(lever.Reason);

        lever.Take(new Reading.Measured(0.79, "7.9 s"));
        Assert.Null(lever.Reason);

        lever.Take(new Reading.Measured(0.9, "9 s"));
        Assert.Null(lever.Reason);
    }

    [Fact]
    public void What_is_not_there_does_not_hold()
    {
        var lever = new Lever(Lenient with { HoldsWhenUnreadable = true }, _time);
        lever.Take(new Reading.Measured(2, "20 s"));

        lever.Take(new Reading.Absent("there is no replica"));

        Assert.Null(lever.Reason);
        Assert.Null(lever.Problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_cannot_be_read_is_shown_and_holds_only_where_that_is_wished(bool holds)
    {
        var lever = new Lever(Lenient with { HoldsWhenUnreadable = holds }, _time);

        lever.Take(new Reading.Unreadable("no rights"));

        Assert.Equal("no rights", lever.Problem);
        Assert.Equal(holds ? "replica-lag: no rights" : null, lever.Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reading_grows_stale_and_is_then_as_good_as_none(bool holds)
    {
        var lever = new Lever(Lenient with { HoldsWhenUnreadable = holds }, _time);
        lever.Take(new Reading.Measured(holds ? 0 : 2, "a value"));
        _time.Advance(Lever.Stale);
        Assert.Null(lever.Problem);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("it was not read for 11s", lever.Problem);
        Assert.Equal(holds, lever.Reason is not null);
    }

    [Fact]
    public void Before_the_first_reading_nothing_is_known() =>
        Assert.Equal("it was not read yet", new Lever(Lenient, _time).Problem);
}
