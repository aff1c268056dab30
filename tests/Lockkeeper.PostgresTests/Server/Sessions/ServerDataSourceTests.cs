using Lockkeeper.Server.Sessions;
using Lockkeeper.TestKit;

namespace Lockkeeper.PostgresTests.Server.Sessions;

public sealed class ServerDataSourceTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Others_see_the_name_that_the_connection_text_gives_and_ours_where_it_gives_none()
    {
        await using var database = await postgres.CloneAsync(Cancellation);

        Assert.Equal("the release", await NameAsync(database.ConnectionString + ";Application Name=the release"));
        Assert.Equal("lockkeeper", await NameAsync(database.ConnectionString));
    }

    private static async Task<string> NameAsync(string text)
    {
        await using var source = ServerDataSource.Create(new ConnectionOptions { Text = text });
        await using var connection = await source.OpenConnectionAsync(Cancellation);
        return await connection.ScalarAsync<string>("SELECT current_setting('application_name')", Cancellation);
    }
}
