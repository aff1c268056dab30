using Lockkeeper.BulkWrite.Advisory;
using Lockkeeper.TestKit;

namespace Lockkeeper.BulkWriteTests.Advisory;

public sealed class AdvisoryLockTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task One_holder_at_a_time_and_it_is_known(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "SELECT 1");
        Assert.Null(await AdvisoryLock.FindHolderAsync(scene.Source, "import", Scene.Token));

        await using (var held = await AdvisoryLock.TryAcquireAsync(scene.Source, "import", Scene.Token))
        {
            Assert.NotNull(held);
            Assert.Null(await AdvisoryLock.TryAcquireAsync(scene.Source, "import", Scene.Token));
            await using var other = await AdvisoryLock.TryAcquireAsync(scene.Source, "export", Scene.Token);
            Assert.NotNull(other);
            Assert.Equal(held.Backend, (await AdvisoryLock.FindHolderAsync(scene.Source, "import", Scene.Token))!.Backend);
        }

        await using var again = await AdvisoryLock.TryAcquireAsync(scene.Source, "import", Scene.Token);
        Assert.NotNull(again);
    }

    [Theory, EachPostgres]
    public async Task Whoever_waits_gets_it_when_it_is_free(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "SELECT 1");
        var held = await AdvisoryLock.AcquireAsync(scene.Source, "import", Scene.Token);

        var waiting = AdvisoryLock.AcquireAsync(scene.Source, "import", Scene.Token);
        await using var observer = await scene.Database.OpenSessionAsync(Scene.Token);
        await observer.WaitUntilAsync($"EXISTS (SELECT FROM pg_stat_activity WHERE {held.Backend} = ANY(pg_blocking_pids(pid)))", Scene.Token);
        await held.DisposeAsync();

        await using var taken = await waiting;
        Assert.NotEqual(held.Backend, taken.Backend);
    }

    [Theory, EachPostgres]
    public async Task A_transactions_lock_ends_with_it(int version)
    {
        await using var scene = await Scene.OpenAsync(postgres, version, "SELECT 1");
        await using var connection = await scene.Source.OpenConnectionAsync(Scene.Token);
        await using (var transaction = await connection.BeginTransactionAsync(Scene.Token))
        {
            Assert.True(await AdvisoryLock.TryAcquireAsync(transaction, "import", Scene.Token));
            Assert.Null(await AdvisoryLock.TryAcquireAsync(scene.Source, "import", Scene.Token));
        }

        await using var held = await AdvisoryLock.TryAcquireAsync(scene.Source, "import", Scene.Token);
        Assert.NotNull(held);
    }
}
