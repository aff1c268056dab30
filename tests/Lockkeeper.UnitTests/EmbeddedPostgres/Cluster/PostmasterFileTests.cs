using Lockkeeper.EmbeddedPostgres.Cluster;

namespace Lockkeeper.UnitTests.EmbeddedPostgres.Cluster;

public sealed class PostmasterFileTests
{
    private const string Begun = "4711\n/tmp/x/data\n1700000000\n5433\n\n127.0.0.1\n";

    [Fact]
    public void A_server_is_ready_when_its_eighth_line_says_so()
    {
        var started = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        Assert.Equal(new PostmasterFile(4711, started, false), PostmasterFile.Parse(Begun));
        Assert.Equal(new PostmasterFile(4711, started, false), PostmasterFile.Parse(Begun + "  123   456\nstarting\n"));
        Assert.Equal(new PostmasterFile(4711, started, true), PostmasterFile.Parse(Begun + "  123   456\nready   \n"));
        Assert.Equal(new PostmasterFile(4711, started, false), PostmasterFile.Parse(Begun + "  123   456\nstopping\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("4711\n/tmp")]
    [InlineData("x\ny\nz\n")]
    public void A_file_that_is_only_begun_says_nothing(string text) => Assert.Null(PostmasterFile.Parse(text));
}
