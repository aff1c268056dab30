using Lockkeeper.BulkWrite.Execution;

namespace Lockkeeper.BulkWriteTests.Writing;

public sealed class RetryRuleTests
{
    [Theory]
    [InlineData("40P01", true)]
    [InlineData("40001", true)]
    [InlineData("55P03", false)]
    [InlineData("57014", false)]
    [InlineData("23505", false)]
    [InlineData("08006", false)]
    [InlineData("57P01", false)]
    public void Only_what_the_server_undid_is_run_again(string sqlState, bool again) =>
        Assert.Equal(again, RetryRule.RunsAgain(sqlState, retriesSoFar: 0, retriesAllowed: 3, isReplayable: true));

    [Fact]
    public void There_is_an_end() => Assert.False(RetryRule.RunsAgain("40P01", retriesSoFar: 3, retriesAllowed: 3, isReplayable: true));

    [Fact]
    public void Rows_that_are_gone_cannot_be_sent_again() =>
        Assert.False(RetryRule.RunsAgain("40P01", retriesSoFar: 0, retriesAllowed: 3, isReplayable: false));
}
