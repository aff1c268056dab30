using Lockkeeper.Backfill.Planning;

namespace Lockkeeper.UnitTests.Backfill.Planning;

public sealed class RoomGaugeTests
{
    private const uint Leaf = 7;

    [Fact]
    public void Full_pages_get_all_the_stripes()
    {
        var gauge = new RoomGauge();
        for (var group = 0; group < 10; group++)
        {
            Assert.Equal(8, gauge.Of(Leaf, 8));
            gauge.Filled(1_000, 50);
        }

        Assert.Null(gauge.Share);
    }

    [Fact]
    public void Pages_with_much_room_are_filled_in_one_pass()
    {
        var gauge = new RoomGauge();
        var chosen = Choices(gauge, groups: 6, _ => 1_000);

        Assert.Equal([8, 4, 2, 1, 1, 1], chosen);
        Assert.Equal(1.0, gauge.Share);
    }

    [Theory, InlineData(979, 8), InlineData(980, 4)]
    public void Fewer_are_tried_where_98_of_100_stay(int hotOfThousand, int next)
    {
        Assert.Equal([8, next], Choices(new RoomGauge(), groups: 2, _ => hotOfThousand));
    }

    /// <summary>A quarter of the rows fits, a half does not: a fillfactor of 70, as measured.</summary>
    [Fact]
    public void It_settles_where_nearly_all_of_the_first_stripe_stays_on_its_page()
    {
        var gauge = new RoomGauge();
        var chosen = Choices(gauge, groups: 20, stripes => stripes >= 4 ? 990 : 600);

        Assert.Equal([8, 4, 2, 4, 4], chosen[..5]);
        Assert.InRange(chosen.Count(stripes => stripes == 2), 1, 2);
    }

    [Fact]
    public void A_smaller_number_is_a_trial_until_it_is_judged()
    {
        var gauge = new RoomGauge();
        gauge.Of(Leaf, 8);
        Assert.False(gauge.IsTrial);
        gauge.Filled(1_000, 990);
        gauge.Of(Leaf, 8);
        Assert.True(gauge.IsTrial);
        gauge.Filled(100, 100);
        gauge.Of(Leaf, 8);
        Assert.True(gauge.IsTrial);
        gauge.Filled(1_000, 600);
        Assert.Equal(8, gauge.Of(Leaf, 8));
        Assert.False(gauge.IsTrial);
    }

    [Fact]
    public void Where_the_room_ends_the_stripes_come_back()
    {
        var gauge = new RoomGauge();
        Choices(gauge, groups: 5, _ => 1_000);

        Assert.Equal([1, 2, 4, 8, 8], Choices(gauge, groups: 5, _ => 100));
    }

    [Fact]
    public void Another_leaf_is_looked_at_anew()
    {
        var gauge = new RoomGauge();
        Choices(gauge, groups: 5, _ => 1_000);

        Assert.Equal(8, gauge.Of(Leaf + 1, 8));
    }

    [Fact]
    public void A_few_rows_say_nothing()
    {
        var gauge = new RoomGauge();
        gauge.Of(Leaf, 8);
        gauge.Filled(100, 100);

        Assert.Equal(8, gauge.Of(Leaf, 8));
    }

    private static int[] Choices(RoomGauge gauge, int groups, Func<int, long> hotOfThousand)
    {
        var chosen = new int[groups];
        for (var group = 0; group < groups; group++)
        {
            chosen[group] = gauge.Of(Leaf, 8);
            gauge.Filled(1_000, hotOfThousand(chosen[group]));
        }

        return chosen;
    }
}
