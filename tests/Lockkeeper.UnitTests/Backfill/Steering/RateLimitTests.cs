using Lockkeeper.Backfill.Steering;

namespace Lockkeeper.UnitTests.Backfill.Steering;

public sealed class RateLimitTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Rows_are_paid_for_with_time()
    {
        var limit = new RateLimit { RowsPerSecond = 1000 };

        limit.Spend(500, Second);

        Assert.Equal(Second / 2, limit.DelayAt(Second));
        Assert.Equal(TimeSpan.Zero, limit.DelayAt(Second * 1.5));
    }

    [Fact]
    public void Two_workers_pay_together()
    {
        var limit = new RateLimit { RowsPerSecond = 1000 };

        limit.Spend(500, Second);
        limit.Spend(500, Second);

        Assert.Equal(Second, limit.DelayAt(Second));
    }

    [Fact]
    public void After_a_pause_there_is_no_burst()
    {
        var limit = new RateLimit { RowsPerSecond = 1000 };
        limit.Spend(500, Second);

        limit.Spend(500, Second * 100);

        Assert.Equal(Second / 2, limit.DelayAt(Second * 100));
    }

    [Fact]
    public void Without_a_ceiling_nobody_waits()
    {
        var limit = new RateLimit();

        limit.Spend(1_000_000, Second);

        Assert.Equal(TimeSpan.Zero, limit.DelayAt(Second));
    }

    [Fact]
    public void A_debt_is_forgotten_when_the_ceiling_is_taken_away()
    {
        var limit = new RateLimit { RowsPerSecond = 1 };
        limit.Spend(1000, Second);

        limit.RowsPerSecond = null;

        Assert.Equal(TimeSpan.Zero, limit.DelayAt(Second));
    }
}
