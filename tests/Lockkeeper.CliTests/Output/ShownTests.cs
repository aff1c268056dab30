using Lockkeeper.Cli.Output;

namespace Lockkeeper.CliTests.Output;

public sealed class ShownTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("[red]not red[/]", "[[red]]not red[[/]]")]
    [InlineData("a\u001b[31mb", "a\uFFFD[[31mb")]
    [InlineData("a\r\nb\nc", "a b c")]
    [InlineData("a\u0007b\u009bc", "a\uFFFDb\uFFFDc")]
    [InlineData("a\u202Eb", "a\uFFFDb")]
    [InlineData("grüße 🙂", "grüße 🙂")]
    [InlineData(null, "")]
    public void Nothing_that_a_terminal_obeys_gets_through(string? text, string expected) => Assert.Equal(expected, Shown.Line(text));

    [Fact]
    public void A_block_keeps_its_lines() => Assert.Equal("a\n    b", Shown.Block("a\r\n\tb"));

    [Fact]
    public void A_query_is_cut() => Assert.Equal(
        "SELECT 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16...",
        Shown.Short("SELECT  1, 2, 3, 4, 5, 6, 7,\n 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18"));
}
