using Lockkeeper.Backfill.Planning;

namespace Lockkeeper.UnitTests.Backfill.Planning;

public sealed class HotGaugeTests
{
    [Fact]
    public void Stripes_go_on_while_most_updates_are_HOT()
    {
        var gauge = new HotGauge();
        for (var group = 0; group < 100; group++)
        {
            Assert.True(gauge.UseStripes());
            gauge.Filled(20_000, 16_000);
            Assert.Null(gauge.GroupDone());
        }
    }

    [Fact]
    public void Stripes_stop_when_few_updates_are_HOT_and_are_tried_again_later()
    {
        var gauge = new HotGauge();
        Assert.True(gauge.UseStripes());
        gauge.Filled(20_000, 200);

        Assert.Equal(0.01, gauge.GroupDone());

        var without = 0;
        while (!gauge.UseStripes())
        {
            without++;
        }

        Assert.InRange(without, 1, 100);
    }

    [Fact]
    public void A_few_rows_say_nothing()
    {
        var gauge = new HotGauge();
        gauge.Filled(10, 0);

        Assert.Null(gauge.GroupDone());
        Assert.True(gauge.UseStripes());
    }
}
