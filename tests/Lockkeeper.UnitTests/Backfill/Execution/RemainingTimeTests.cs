using Lockkeeper.Backfill.Execution;

namespace Lockkeeper.UnitTests.Backfill.Execution;

public sealed class RemainingTimeTests
{
    private readonly RemainingTime _remaining = new();

    [Fact]
    public void Nothing_is_said_before_three_seconds_and_a_hundredth()
    {
        Assert.Null(After(0, 0));
        Assert.Null(After(2.9, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(3), After(3, 0.5));
        var late = new RemainingTime();
        late.After(TimeSpan.Zero, 0);
        Assert.Null(late.After(TimeSpan.FromSeconds(60), 0.009));
    }

    [Fact]
    public void A_group_that_is_done_at_once_hardly_moves_it()
    {
        After(0, 0);
        for (var second = 1; second <= 30; second++)
        {
            After(second, second / 100.0);
        }

        var before = After(30, 0.30)!.Value;
        var after = After(31, 0.35)!.Value;

        Assert.Equal(70, before.TotalSeconds, precision: 1);
        // Five times as fast for one second.
        Assert.InRange(after.TotalSeconds, 0.7 * before.TotalSeconds, before.TotalSeconds);
    }

    [Fact]
    public void It_follows_a_speed_that_lasts()
    {
        After(0, 0);
        After(10, 0.10);
        for (var second = 11; second <= 90; second++)
        {
            After(second, 0.10 + ((second - 10) * 0.001));
        }

        // At the speed of the beginning it would be 82 seconds, at that of now 820.
        Assert.InRange(After(90, 0.18)!.Value.TotalSeconds, 650, 820);
    }

    [Fact]
    public void While_nothing_is_done_it_is_soon_unknown_and_then_known_again()
    {
        After(0, 0);
        After(10, 0.5);
        Assert.NotNull(After(11, 0.5));
        for (var second = 12; second <= 600; second++)
        {
            After(second, 0.5);
        }

        Assert.Null(After(600, 0.5));
        Assert.NotNull(After(601, 0.51));
    }

    [Fact]
    public void Work_that_begins_again_is_a_new_beginning()
    {
        After(0, 0);
        Assert.NotNull(After(10, 0.5));

        Assert.Null(After(11, 0.1));
        Assert.Equal(14, After(15, 0.3)!.Value.TotalSeconds, precision: 6);
    }

    private TimeSpan? After(double seconds, double share) => _remaining.After(TimeSpan.FromSeconds(seconds), share);
}
