using Lockkeeper.Locks.Ending;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.LocksTests;

public sealed class SessionEnderTests(PostgresFixture postgres)
{
    private const string Update = "UPDATE orders SET n = n + 1 WHERE id = 17";

    [Theory, EachPostgres]
    public async Task Who_would_be_freed_is_told_and_then_is_free(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync(Update);
        var first = await scene.WaitingAsync(Update, holder);
        var second = await scene.WaitingAsync(Update, first);
        var ender = new SessionEnder(scene.DataSource);

        var session = await ender.FindAsync(holder.Backend, LockScene.Cancel);
        Assert.NotNull(session);
        Assert.Equal([first.Backend], session.Freed.Select(owner => owner.Id.Pid));
        Assert.Equal(EndResult.Done, await ender.TerminateAsync(session, LockScene.Cancel));

        await second.WaitUntilAsync($"{first.Backend} = ANY(pg_blocking_pids({second.Backend})) AND cardinality(pg_blocking_pids({first.Backend})) = 0", LockScene.Cancel);
    }

    [Theory, EachPostgres]
    public async Task A_cancelled_statement_ends_and_its_session_lives(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync(Update);
        var waiter = await scene.SessionAsync();
        var waiting = await waiter.ExecuteUntilBlockedAsync(Update, holder, LockScene.Cancel);
        var ender = new SessionEnder(scene.DataSource);

        Assert.Equal(EndResult.Done, await ender.CancelAsync((await ender.FindAsync(waiter.Backend, LockScene.Cancel))!, LockScene.Cancel));

        var cancelled = await Assert.ThrowsAsync<PostgresException>(() => waiting.EndAsync(LockScene.Cancel));
        Assert.Equal(PostgresErrorCodes.QueryCanceled, cancelled.SqlState);
        Assert.Equal(1, await waiter.ScalarAsync<int>("SELECT 1", LockScene.Cancel));
    }

    [Theory, EachPostgres]
    public async Task Another_session_with_the_same_number_is_left_alone(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var session = await scene.SessionAsync();
        var ender = new SessionEnder(scene.DataSource);
        var found = (await ender.FindAsync(session.Backend, LockScene.Cancel))!;
        var earlier = new EndableSession(found.Owner with { BackendStart = found.Owner.BackendStart!.Value.AddTicks(-10) }, [], []);

        Assert.Equal(EndResult.Gone, await ender.TerminateAsync(earlier, LockScene.Cancel));
        Assert.Equal(1, await session.ScalarAsync<int>("SELECT 1", LockScene.Cancel));
        Assert.Null(await ender.FindAsync(int.MaxValue, LockScene.Cancel));
    }
}
