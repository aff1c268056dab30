using Lockkeeper.Backfill;
using Lockkeeper.Backfill.Execution;
using Npgsql;

namespace Lockkeeper.UnitTests.Backfill.Execution;

public sealed class PoolRoomTests
{
    [Theory]
    [InlineData("Maximum Pool Size=2", 8, 0, 1)]
    [InlineData("Maximum Pool Size=5", 8, 0, 4)]
    [InlineData("Maximum Pool Size=5", 2, 0, 2)]
    [InlineData("Maximum Pool Size=5", 8, 1, 3)]
    [InlineData("Maximum Pool Size=2;Pooling=false", 8, 3, 8)]
    public async Task One_connection_is_left_to_steer_over_and_what_the_caller_holds(string settings, int wanted, int held, int workers)
    {
        await using var source = NpgsqlDataSource.Create($"Host=nobody;{settings}");

        Assert.Equal(workers, PoolRoom.MostWorkers(source, new BackfillOptions { Workers = wanted, ConnectionsHeld = held }));
    }

    [Theory]
    [InlineData(1, 0, false)]
    [InlineData(2, 0, true)]
    [InlineData(2, 1, false)]
    [InlineData(3, 1, true)]
    public async Task A_worker_and_the_helm_need_one_each(int connections, int held, bool enough)
    {
        await using var source = NpgsqlDataSource.Create($"Host=nobody;Maximum Pool Size={connections}");

        Assert.Equal(enough, PoolRoom.Problem(source, held) is null);
    }
}
