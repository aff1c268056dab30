using Lockkeeper.Backfill.Execution;
using Npgsql;

namespace Lockkeeper.UnitTests.Backfill.Execution;

public sealed class PoolRoomTests
{
    [Theory]
    [InlineData("Maximum Pool Size=2", 8, 1)]
    [InlineData("Maximum Pool Size=5", 8, 4)]
    [InlineData("Maximum Pool Size=5", 2, 2)]
    [InlineData("Maximum Pool Size=2;Pooling=false", 8, 8)]
    public async Task One_connection_is_left_to_steer_over(string settings, int wanted, int workers)
    {
        await using var source = NpgsqlDataSource.Create($"Host=nobody;{settings}");

        Assert.Equal(workers, PoolRoom.MostWorkers(source, wanted));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public async Task A_worker_and_the_helm_need_one_each(int connections, bool enough)
    {
        await using var source = NpgsqlDataSource.Create($"Host=nobody;Maximum Pool Size={connections}");

        Assert.Equal(enough, PoolRoom.Problem(source) is null);
    }
}
