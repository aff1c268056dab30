using Lockkeeper.Cli.Output;

namespace Lockkeeper.CliTests.Output;

public sealed class AmountsTests
{
    [Theory]
    [InlineData(0.0124, "12 ms")]
    [InlineData(4.14, "4.1 s")]
    [InlineData(200, "3 min 20 s")]
    [InlineData(7500, "2 h 05 min")]
    [InlineData(180000, "50 h 00 min")]
    public void Times_are_told_as_exactly_as_they_matter(double seconds, string expected) =>
        Assert.Equal(expected, Amounts.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.2, "1 s")]
    [InlineData(7.2, "8 s")]
    [InlineData(61, "1 min 01 s")]
    public void Estimates_have_no_fractions(double seconds, string expected) =>
        Assert.Equal(expected, Amounts.About(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.999, "99 %")]
    [InlineData(1, "100 %")]
    public void Nothing_is_whole_before_it_is(double share, string expected) => Assert.Equal(expected, Amounts.Percent(share));
}
