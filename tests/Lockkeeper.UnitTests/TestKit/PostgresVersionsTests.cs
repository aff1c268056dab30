using Lockkeeper.TestKit;

namespace Lockkeeper.UnitTests.TestKit;

public sealed class PostgresVersionsTests
{
    [Fact]
    public void One_version_or_a_list_can_be_asked_for()
    {
        Assert.Equal([18], PostgresVersions.Parse("18"));
        Assert.Equal([15, 18], PostgresVersions.Parse("15, 18,15"));
        Assert.Empty(PostgresVersions.Parse(null));
        Assert.Empty(PostgresVersions.Parse(" "));
    }

    [Theory]
    [InlineData("13")]
    [InlineData("15;18")]
    [InlineData("newest")]
    public void Anything_else_is_refused_and_never_taken_for_nothing(string text) =>
        Assert.Contains("14 to 18", Assert.Throws<FormatException>(() => PostgresVersions.Parse(text)).Message, StringComparison.Ordinal);
}
