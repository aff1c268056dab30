using Lockkeeper.TestKit;
using Xunit.Sdk;

namespace Lockkeeper.PostgresTests.TestKit;

public sealed class SessionTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task A_statement_is_pending_once_it_waits_and_ends_when_the_other_commits(int version)
    {
        await using var database = await postgres.CloneAsync(version, Cancellation);
        await database.ExecuteAsync("CREATE TABLE t AS SELECT 1 AS id, 0 AS n", Cancellation);
        await using var a = await database.OpenSessionAsync(Cancellation);
        await using var b = await database.OpenSessionAsync(Cancellation);
        await a.ExecuteAsync("BEGIN; UPDATE t SET n = 1 WHERE id = 1", Cancellation);

        var pending = await b.ExecuteUntilBlockedAsync("UPDATE t SET n = n + 1 WHERE id = 1", by: a, Cancellation);

        Assert.False(pending.HasEnded);
        await a.ExecuteAsync("COMMIT", Cancellation);
        Assert.Equal(1, await pending.EndAsync(Cancellation));
        Assert.Equal(2, await database.ScalarAsync<int>("SELECT n FROM t", Cancellation));
    }

    [Fact]
    public async Task A_statement_that_does_not_wait_fails_the_test_and_says_so()
    {
        await using var database = await postgres.CloneAsync(Cancellation);
        await using var a = await database.OpenSessionAsync(Cancellation);
        await using var b = await database.OpenSessionAsync(Cancellation);

        var failure = await Assert.ThrowsAsync<FailException>(
            () => b.ExecuteUntilBlockedAsync("SELECT 1", by: a, Cancellation));

        Assert.Contains("ended without waiting", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_come_back_with_null_for_NULL()
    {
        await using var database = await postgres.CloneAsync(Cancellation);

        var rows = await database.QueryAsync("SELECT 1, NULL::text UNION ALL SELECT 2, 'b' ORDER BY 1", Cancellation);

        Assert.Equal([[1, null], [2, "b"]], rows);
        Assert.Null(await database.ScalarAsync<string?>("SELECT NULL::text", Cancellation));
    }
}
