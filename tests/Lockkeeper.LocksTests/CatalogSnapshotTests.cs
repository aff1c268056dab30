using Lockkeeper.Locks.Explaining;
using Lockkeeper.Model.Locking;
using Lockkeeper.TestKit;

namespace Lockkeeper.LocksTests;

/// <summary>Waits for what is no row and no table of a user: objects and rows of the catalog, and rows that are not decided yet.</summary>
public sealed class CatalogSnapshotTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task Two_who_drop_one_function_meet_at_it(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await scene.Database.ExecuteAsync("CREATE FUNCTION total(int) RETURNS int LANGUAGE sql AS 'SELECT 1'", LockScene.Cancel);
        var holder = await scene.HoldingAsync("DROP FUNCTION total");
        var waiter = await scene.WaitingAsync("DROP FUNCTION total", holder);

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        Assert.Equal("function total(integer)", queue.Subject);
        Assert.Equal(LockSignature.CatalogConflict, queue.Explanation.Signature);
        Assert.Equal(LockMode.AccessExclusive, Assert.Single(queue.Queue.Holders).Mode);
        await scene.AssertGraphIsTheServersAsync(waiter);
    }

    [Theory, EachPostgres]
    public async Task Two_who_grant_on_one_table_meet_at_its_row_of_the_catalog(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync("GRANT SELECT ON orders TO PUBLIC");
        var waiter = await scene.WaitingAsync("GRANT INSERT ON orders TO PUBLIC", holder);
        var table = await scene.Database.ScalarAsync<uint>("SELECT 'orders'::regclass::oid", LockScene.Cancel);

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        Assert.Equal($"row oid = {table} of pg_catalog.pg_class", queue.Subject);
        Assert.Equal(LockSignature.CatalogConflict, queue.Explanation.Signature);
        Assert.Equal(holder.Backend, Assert.Single(queue.Queue.Holders).Owner.Id.Pid);
        await scene.AssertGraphIsTheServersAsync(waiter);
    }

    [Theory, EachPostgres]
    public async Task An_upsert_waits_for_another_that_is_not_decided_yet(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);

        // The unique index has the row already when the other one's function stops at the gate.
        await scene.Database.ExecuteAsync(
            """
            CREATE TABLE words (word text UNIQUE);
            CREATE FUNCTION slow(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(5); RETURN $1; END';
            CREATE INDEX ON words (slow(word));
            """,
            LockScene.Cancel);
        var gate = await scene.HoldingAsync("SELECT pg_advisory_xact_lock(5)");
        var first = await scene.WaitingAsync("INSERT INTO words VALUES ('a') ON CONFLICT DO NOTHING", gate);
        var second = await scene.WaitingAsync("INSERT INTO words VALUES ('a') ON CONFLICT DO NOTHING", first);

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        var behind = Assert.Single(queue.Behind);
        Assert.Equal("an upsert of the same key", behind.Subject);
        Assert.Equal(LockSignature.SpeculativeInsert, behind.Explanation.Signature);
        Assert.Equal(second.Backend, Assert.Single(behind.Queue.Waiters).Owner.Id.Pid);
        await scene.AssertGraphIsTheServersAsync(first, second);
    }
}
