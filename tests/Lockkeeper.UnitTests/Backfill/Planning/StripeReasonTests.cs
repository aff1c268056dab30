using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Planning;

namespace Lockkeeper.UnitTests.Backfill.Planning;

public sealed class StripeReasonTests
{
    [Theory]
    [InlineData(16, 16, 6, 55.4, null, "6 indexes, 55 rows to a page")]
    [InlineData(8, 8, 2, null, null, "2 indexes, the table was never analysed")]
    [InlineData(1, 1, 2, 1.2, null, "1 rows to a page: too few to fill some first and others later")]
    [InlineData(4, 8, 2, 38.0, 0.99, "the pages have room: 99 % of the first rows of each stay on it")]
    public void The_choice_is_said_in_words(int stripes, int wanted, int indexes, double? rows, double? room, string reason) =>
        Assert.Equal(new BackfillStripes(stripes, reason), StripeReason.Of(stripes, wanted, indexes, rows, room));

    [Fact]
    public void Who_holds_the_horizon_is_named()
    {
        var holder = new BackfillHorizon("session", 4711, "report", "idle in transaction", TimeSpan.FromMinutes(61));

        var stripes = StripeReason.NotNow(0.02, holder);

        Assert.Equal(1, stripes.Count);
        Assert.Equal(holder, stripes.HeldBackBy);
        Assert.EndsWith("held back by session 4711 (\"report\", idle in transaction, transaction open for 01:01:00)", stripes.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_and_a_prepared_transaction_have_no_session() => Assert.Equal(
        "prepared transaction (\"tx1\", transaction open for 00:00:05)",
        new BackfillHorizon("prepared transaction", 0, "tx1", "", TimeSpan.FromSeconds(5)).ToString());
}
