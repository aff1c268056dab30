using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("colums", "columns")]
    [InlineData("coloumns", "columns")]
    [InlineData("COLUMNS", "columns")]
    [InlineData("tabel", "table")]
    [InlineData("on_complete", "onComplete")]
    [InlineData("uop", null)]
    [InlineData("", null)]
    [InlineData("something", null)]
    public void The_nearest_name_is_found_and_a_far_one_is_not(string given, string? expected) =>
        Assert.Equal(expected, NearestName.Of(given, ["up", "table", "columns", "onComplete"]));

    [Fact]
    public void A_name_of_any_length_is_compared_at_once() =>
        Assert.Null(NearestName.Of(new string('x', 1_000_000), [new string('x', 1_000_001)]));
}
