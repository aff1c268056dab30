using Lockkeeper.Backfill.Planning;

namespace Lockkeeper.UnitTests.Backfill.Planning;

public sealed class StripeRuleTests
{
    [Theory]
    [InlineData(2, 55.0, 8)]
    [InlineData(6, 55.0, 12)]
    [InlineData(6, null, 12)]
    [InlineData(0, 120.0, 8)]
    public void More_indexes_make_more_stripes(int indexes, double? rowsPerBlock, int stripes) =>
        Assert.Equal(stripes, StripeRule.For(indexes, rowsPerBlock));

    [Theory]
    [InlineData(7.8, 4)]
    [InlineData(4.0, 2)]
    [InlineData(3.0, 2)]
    [InlineData(2.0, 1)]
    [InlineData(1.0, 1)]
    public void Wide_rows_make_fewer(double rowsPerBlock, int stripes) =>
        Assert.Equal(stripes, StripeRule.For(indexes: 6, rowsPerBlock));
}
