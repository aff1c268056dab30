using Lockkeeper.Locks.Exceptions;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.LocksTests;

/// <summary>What a client's exception tells, on real servers.</summary>
public sealed class LockErrorsTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task A_deadlock_is_explained_from_the_exception_alone(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var detailed = new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { IncludeErrorDetail = true, Pooling = false };
        await using var a = new NpgsqlConnection(detailed.ConnectionString);
        await a.OpenAsync(LockScene.Cancel);
        await a.ExecuteAsync("BEGIN; SET LOCAL deadlock_timeout = '10ms'; UPDATE orders SET n = 1 WHERE id = 1", LockScene.Cancel);
        var b = await scene.HoldingAsync("SET LOCAL deadlock_timeout = '1h'", "UPDATE orders SET n = 1 WHERE id = 2");
        await scene.BlockAsync(b, "UPDATE orders SET n = 2 WHERE id = 1", a.ProcessID);

        var thrown = await Assert.ThrowsAsync<PostgresException>(() => a.ExecuteAsync("UPDATE orders SET n = 2 WHERE id = 2", LockScene.Cancel));

        var explanation = thrown.ExplainLock();
        Assert.NotNull(explanation);
        Assert.True(explanation.MayBeRetried);
        Assert.Equal([a.ProcessID, b.Backend], explanation.Ring.Select(edge => edge.Waiter));
        Assert.Contains("This one was updating a row of orders.", explanation.What, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task A_lock_timeout_is_explained_and_other_errors_are_not(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await scene.HoldingAsync("LOCK TABLE orders");
        var waiter = await scene.HoldingAsync("SET LOCAL lock_timeout = '10ms'");

        var timeout = await Assert.ThrowsAsync<PostgresException>(() => waiter.ExecuteAsync("SELECT FROM orders", LockScene.Cancel));
        var other = await Assert.ThrowsAsync<PostgresException>(() => scene.Database.ExecuteAsync("SELECT 1/0", LockScene.Cancel));

        var nowait = await Assert.ThrowsAsync<PostgresException>(() => scene.Database.ExecuteAsync("BEGIN; LOCK TABLE orders NOWAIT", LockScene.Cancel));

        Assert.Contains("lock_timeout", timeout.ExplainLock()?.What, StringComparison.Ordinal);
        Assert.Equal(PostgresErrorCodes.LockNotAvailable, nowait.SqlState);
        Assert.Contains("could not obtain lock on relation \"orders\"", nowait.ExplainLock()?.What, StringComparison.Ordinal);
        Assert.Null(other.ExplainLock());
    }
}
