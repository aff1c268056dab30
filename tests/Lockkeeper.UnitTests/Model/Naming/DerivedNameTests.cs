using System.Text;
using Lockkeeper.Model.Naming;

namespace Lockkeeper.UnitTests.Model.Naming;

public sealed class DerivedNameTests
{
    [Fact]
    public void A_short_name_is_its_parts_joined() => Assert.Equal("_new_price_2", DerivedName.Of("_new", "price", "2").Value);

    [Theory]
    [InlineData("a", 63)]
    [InlineData("ü", 31)]
    [InlineData("語", 21)]
    [InlineData("🐘", 15)]
    public void A_name_that_is_too_long_is_cut_between_characters_and_stays_within_63_bytes(string character, int times)
    {
        var name = DerivedName.Of("_new", string.Concat(Enumerable.Repeat(character, times))).Value;

        Assert.InRange(Encoding.UTF8.GetByteCount(name), 60, Identifier.MaxBytes);
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)));
        Assert.StartsWith($"_new_{character}", name, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_exactly_63_bytes_is_kept_whole() =>
        Assert.Equal($"x_{new string('a', 61)}", DerivedName.Of("x", new string('a', 61)).Value);

    [Fact]
    public void Two_long_names_that_differ_only_at_the_end_stay_two() => Assert.NotEqual(
        DerivedName.Of("_new", new string('a', 60) + "1"), DerivedName.Of("_new", new string('a', 60) + "2"));

    [Fact]
    public void The_same_parts_always_give_the_same_name() =>
        Assert.Equal(DerivedName.Of("_new", new string('b', 80)), DerivedName.Of("_new", new string('b', 80)));
}
