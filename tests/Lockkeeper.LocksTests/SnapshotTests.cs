using Lockkeeper.Locks.Explaining;
using Lockkeeper.Model.Locking;
using Lockkeeper.TestKit;

namespace Lockkeeper.LocksTests;

/// <summary>What a snapshot says of situations that the test has made and therefore knows.</summary>
public sealed class SnapshotTests(PostgresFixture postgres)
{
    private const string Update = "UPDATE orders SET n = n + 1 WHERE id = 17";

    [Theory, EachPostgres(4), EachPostgres(8)]
    public async Task A_hot_row_before_its_first_hand_over(int version, int waiters)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync(Update);
        var first = await scene.WaitingAsync(Update, holder);
        var others = new List<Session>();
        while (others.Count < waiters - 1)
        {
            others.Add(await scene.WaitingAsync(Update, first));
        }

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        Assert.Equal("row id = 17 of orders", queue.Subject);
        Assert.Equal(LockSignature.HotRow, queue.Explanation.Signature);
        Assert.Equal(holder.Backend, Assert.Single(queue.Queue.Holders).Owner.Id.Pid);
        Assert.True(queue.Queue.Holders[0].Owner.IsIdleInTransaction);
        Assert.Equal([first.Backend, .. others.Select(o => o.Backend)], queue.Queue.Waiters.Select(w => w.Owner.Id.Pid));
        Assert.Equal([true, .. others.Select(_ => false)], queue.Queue.Waiters.Select(w => w.IsBlockedByHolder));
        Assert.All(queue.Queue.Waiters, waiter => Assert.Equal(RowLock.NoKeyUpdate, waiter.RowLock));
        await scene.AssertGraphIsTheServersAsync([first, .. others]);
    }

    [Theory, EachPostgres(4), EachPostgres(8)]
    public async Task A_hot_row_after_its_first_hand_over_is_still_one_queue_for_the_same_row(int version, int waiters)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync(Update);
        var sessions = new List<Session> { await scene.WaitingAsync(Update, holder) };
        for (var i = 1; i < waiters; i++)
        {
            sessions.Add(await scene.WaitingAsync(Update, sessions[0]));
        }

        await holder.ExecuteAsync("COMMIT", LockScene.Cancel);
        var all = string.Join(',', sessions.Select(s => s.Backend));
        await holder.WaitUntilAsync(
            $"(SELECT count(*) FROM pg_locks WHERE NOT granted AND pid IN ({all})) = {waiters - 1}"
            + $" AND (SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND pid IN ({all})) = 1",
            LockScene.Cancel);

        // It is nearly always the first, and on a busy machine it is not.
        var winner = await holder.ScalarAsync<int>(
            $"SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction' AND pid IN ({all})", LockScene.Cancel);
        var rest = sessions.Where(s => s.Backend != winner).ToArray();
        await scene.AssertGraphIsTheServersAsync(rest);

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        Assert.Equal("row id = 17 of orders", queue.Subject);
        Assert.Equal(LockSignature.HotRow, queue.Explanation.Signature);
        Assert.Equal(winner, Assert.Single(queue.Queue.Holders).Owner.Id.Pid);
        Assert.Equal(rest.Select(s => s.Backend).Order(), queue.Queue.Waiters.Select(w => w.Owner.Id.Pid).Order());
    }

    /// <remarks>Each hand-over is a new wait to the server: it lets a statement wait longer in all than lock_timeout, and shows only the last of its waits.</remarks>
    [Theory, EachPostgres(InTurn = true)]
    public async Task Who_waits_for_a_hot_row_has_waited_since_its_statement_began_and_lock_timeout_does_not_strike(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync(Update);
        var next = await scene.WaitingAsync(Update, holder);
        var waiter = await scene.WaitingAsync(Update, next, "SET LOCAL lock_timeout = '3s'");
        await WaitedAsync("1.7 s");
        await holder.ExecuteAsync("COMMIT", LockScene.Cancel);
        await holder.WaitUntilAsync($"ARRAY[{next.Backend}] = pg_blocking_pids({waiter.Backend})", LockScene.Cancel);
        await WaitedAsync("3.2 s");

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        var waits = Assert.Single(queue.Queue.Waiters);
        Assert.Equal(waiter.Backend, waits.Owner.Id.Pid);
        Assert.InRange(waits.Waited, TimeSpan.FromSeconds(3.2), TimeSpan.FromMinutes(1));
        Assert.InRange(waits.CurrentWait!.Value, TimeSpan.Zero, waits.Waited - TimeSpan.FromSeconds(1.6));
        Assert.Contains(queue.Explanation.Why, sentence => sentence.StartsWith("The row has changed hands while they waited.", StringComparison.Ordinal));

        Task WaitedAsync(string age) => holder.WaitUntilAsync(
            $"(SELECT clock_timestamp() - query_start > '{age}' FROM pg_stat_activity WHERE pid = {waiter.Backend})", LockScene.Cancel);
    }

    /// <remarks>The worker waits, and nothing of its session does: but it is the session that others wait for, and that can be cancelled.</remarks>
    [Theory, EachPostgres]
    public async Task What_a_worker_of_a_parallel_query_waits_for_its_session_waits_for(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        await scene.Database.ExecuteAsync(
            "CREATE FUNCTION gate() RETURNS int PARALLEL SAFE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN 1; END'", LockScene.Cancel);
        var root = await scene.HoldingAsync("SELECT pg_advisory_xact_lock(1)");
        var parallel = await scene.WaitingAsync(
            "SELECT gate()", root, $"SET LOCAL {(version < 16 ? "force_parallel_mode" : "debug_parallel_query")} = on", "SELECT pg_advisory_xact_lock(2)");
        var last = await scene.WaitingAsync("SELECT pg_advisory_xact_lock(2)", parallel);
        Assert.Equal(0L, await root.ScalarAsync<long>($"SELECT count(*) FROM pg_locks WHERE pid = {parallel.Backend} AND NOT granted", LockScene.Cancel));

        var incident = Assert.Single(await scene.LookAsync());

        Assert.Equal(root.Backend, Assert.Single(incident.Incident.Roots).Id.Pid);
        var queue = Assert.Single(incident.Queues);
        var waiter = Assert.Single(queue.Queue.Waiters);
        Assert.Equal((parallel.Backend, "SELECT gate()"), (waiter.Owner.Id.Pid, waiter.Owner.Query));
        Assert.Equal(last.Backend, Assert.Single(Assert.Single(queue.Behind).Queue.Waiters).Owner.Id.Pid);
        await scene.AssertGraphIsTheServersAsync(parallel, last);
    }

    [Theory, EachPostgres]
    public async Task A_schema_change_that_waits_for_a_reader_and_those_behind_it(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var reader = await scene.HoldingAsync("SELECT FROM orders");
        var change = await scene.WaitingAsync("ALTER TABLE orders ADD COLUMN note text, ADD CHECK (n >= 0)", reader);
        Session[] behind =
        [
            await scene.WaitingAsync("SELECT FROM orders", change),
            await scene.WaitingAsync("SELECT FROM orders", change),
            await scene.WaitingAsync("INSERT INTO orders VALUES (100, 0)", change),
        ];

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        Assert.Equal("table orders", queue.Subject);
        Assert.Equal(LockSignature.DdlQueue, queue.Explanation.Signature);
        Assert.Equal(reader.Backend, Assert.Single(queue.Queue.Holders).Owner.Id.Pid);
        Assert.Equal([change.Backend, .. behind.Select(s => s.Backend)], queue.Queue.Waiters.Select(w => w.Owner.Id.Pid));
        Assert.Equal([true, false, false, false], queue.Queue.Waiters.Select(w => w.IsBlockedByHolder));
        Assert.All(queue.Queue.Waiters.Skip(1), waiter => Assert.Equal(change.Backend, waiter.Behind?.Pid));
        Assert.Contains($"lockkeeper cancel {change.Backend}", queue.Explanation.Now[0], StringComparison.Ordinal);
        Assert.Contains("ACCESS EXCLUSIVE on table orders, which blocks reads and writes", queue.Explanation.Why[0], StringComparison.Ordinal);
        Assert.StartsWith("ALTER TABLE ... ADD CHECK can be had with less. ADD CHECK ... NOT VALID", queue.Explanation.Later[^1], StringComparison.Ordinal);
        await scene.AssertGraphIsTheServersAsync([change, .. behind]);
    }

    [Theory, EachPostgres]
    public async Task Who_already_holds_a_table_stands_in_front_of_those_it_is_in_the_way_of(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var writer = await scene.HoldingAsync("LOCK TABLE orders IN ROW EXCLUSIVE MODE");
        var reader = await scene.HoldingAsync("SELECT FROM orders");
        var change = await scene.WaitingAsync("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", writer);

        // It holds ACCESS SHARE, which the one that asks for ACCESS EXCLUSIVE cannot get past, so it goes first.
        await scene.BlockAsync(reader, "LOCK TABLE orders IN SHARE MODE", writer.Backend);

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        Assert.Equal([reader.Backend, change.Backend], queue.Queue.Waiters.Select(w => w.Owner.Id.Pid));
        await scene.AssertGraphIsTheServersAsync(reader, change);
    }

    [Theory, EachPostgres]
    public async Task An_advisory_lock(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync("SELECT pg_advisory_xact_lock(-42)", "SELECT pg_advisory_xact_lock(7, -1)");
        var one = await scene.WaitingAsync("SELECT pg_advisory_xact_lock(-42)", holder);
        var two = await scene.WaitingAsync("SELECT pg_advisory_xact_lock(7, -1)", holder);

        var incident = Assert.Single(await scene.LookAsync());

        Assert.Equal(["advisory lock (-42)", "advisory lock (7, -1)"], incident.Queues.Select(q => q.Subject).Order(StringComparer.Ordinal));
        Assert.All(incident.Queues, queue => Assert.Equal(LockSignature.Advisory, queue.Explanation.Signature));
        Assert.Equal(holder.Backend, Assert.Single(incident.Incident.Roots).Id.Pid);
        await scene.AssertGraphIsTheServersAsync(one, two);
    }

    [Theory, EachPostgres]
    public async Task An_index_that_is_built_concurrently_and_waits_for_an_old_snapshot(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var reader = await scene.SessionAsync();
        await reader.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ", LockScene.Cancel);
        await reader.ExecuteAsync("SELECT FROM items", LockScene.Cancel);
        var builder = await scene.SessionAsync();
        await scene.BlockAsync(builder, "CREATE INDEX CONCURRENTLY ON orders (n)", reader.Backend);

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        Assert.Equal(LockSignature.OldSnapshot, queue.Explanation.Signature);
        Assert.Equal(reader.Backend, Assert.Single(queue.Queue.Holders).Owner.Id.Pid);
        await scene.AssertGraphIsTheServersAsync(builder);
    }

    [Theory, EachPostgres]
    public async Task A_prepared_transaction_that_nobody_decides(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var preparer = await scene.HoldingAsync(Update, "PREPARE TRANSACTION 'it''s forgotten'");
        try
        {
            var waiter = await scene.SessionAsync();
            await scene.BlockAsync(waiter, Update, by: 0);

            var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

            var holder = Assert.Single(queue.Queue.Holders).Owner;
            Assert.True(holder.Id.IsPrepared);
            Assert.Equal("it's forgotten", holder.PreparedName);
            Assert.Equal("row id = 17 of orders", queue.Subject);
            Assert.Contains("ROLLBACK PREPARED 'it''s forgotten'", queue.Explanation.Now[0], StringComparison.Ordinal);
            await scene.AssertGraphIsTheServersAsync(waiter);
        }
        finally
        {
            await preparer.ExecuteAsync("ROLLBACK PREPARED 'it''s forgotten'", LockScene.Cancel);
        }
    }

    [Theory, EachPostgres]
    public async Task The_same_key_inserted_by_three(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync("INSERT INTO orders VALUES (100, 0)");
        var one = await scene.WaitingAsync("INSERT INTO orders VALUES (100, 1)", holder);
        var two = await scene.WaitingAsync("INSERT INTO orders VALUES (100, 2)", holder);

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        Assert.Equal(LockSignature.SameKey, queue.Explanation.Signature);
        Assert.Equal("a row of orders", queue.Subject);
        Assert.Equal([one.Backend, two.Backend], queue.Queue.Waiters.Select(w => w.Owner.Id.Pid).Order());
        await scene.AssertGraphIsTheServersAsync(one, two);
    }

    [Theory, EachPostgres]
    public async Task A_delete_that_is_passed_by_those_who_insert_references(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var child = await scene.HoldingAsync("INSERT INTO items VALUES (1, 17)");
        var delete = await scene.WaitingAsync("DELETE FROM orders WHERE id = 17", child);
        var later = await scene.HoldingAsync("INSERT INTO items VALUES (2, 17)");
        await child.ExecuteAsync("COMMIT", LockScene.Cancel);
        await later.WaitUntilAsync($"{later.Backend} = ANY(pg_blocking_pids({delete.Backend}))", LockScene.Cancel);

        var queue = Assert.Single(Assert.Single(await scene.LookAsync()).Queues);

        Assert.Equal(LockSignature.StarvedByShareLocks, queue.Explanation.Signature);
        Assert.Equal("row id = 17 of orders", queue.Subject);
        await scene.AssertGraphIsTheServersAsync(delete);
    }

    [Theory, EachPostgres]
    public async Task A_chain_hangs_on_its_root_and_a_ring_has_none(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var root = await scene.HoldingAsync("SELECT pg_advisory_xact_lock(1)");
        var middle = await scene.WaitingAsync("SELECT pg_advisory_xact_lock(1)", root, Update);
        var last = await scene.WaitingAsync(Update, middle);

        var incident = Assert.Single(await scene.LookAsync());

        Assert.Equal(root.Backend, Assert.Single(incident.Incident.Roots).Id.Pid);
        Assert.Equal(2, incident.Incident.Depth);
        var queue = Assert.Single(incident.Queues);
        Assert.Equal("advisory lock (1)", queue.Subject);
        var behind = Assert.Single(queue.Behind);
        Assert.Equal("row id = 17 of orders", behind.Subject);
        Assert.Equal(last.Backend, Assert.Single(behind.Queue.Waiters).Owner.Id.Pid);
    }

    [Theory, EachPostgres]
    public async Task A_ring_is_named_before_the_server_ends_it(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var a = await scene.HoldingAsync("SET LOCAL deadlock_timeout = '1h'", "SELECT pg_advisory_xact_lock(1)");
        var b = await scene.HoldingAsync("SET LOCAL deadlock_timeout = '1h'", "SELECT pg_advisory_xact_lock(2)");
        await scene.BlockAsync(a, "SELECT pg_advisory_xact_lock(2)", b.Backend);
        await scene.BlockAsync(b, "SELECT pg_advisory_xact_lock(1)", a.Backend);

        var incident = Assert.Single(await scene.LookAsync());

        Assert.True(incident.Incident.IsRing);
        Assert.Empty(incident.Incident.Roots);
        Assert.Equal(2, incident.Incident.Depth);
        Assert.Equal(LockSignature.Ring, Assert.Single(incident.Queues).Explanation.Signature);
        await scene.AssertGraphIsTheServersAsync(a, b);
    }

    [Theory, EachPostgres]
    public async Task Two_rows_of_one_holder_are_two_queues(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync("UPDATE orders SET n = 1 WHERE id IN (3, 4)");
        await scene.WaitingAsync("UPDATE orders SET n = 2 WHERE id = 3", holder);
        await scene.WaitingAsync("UPDATE orders SET n = 2 WHERE id = 4", holder);

        var incident = Assert.Single(await scene.LookAsync());

        Assert.Equal(["row id = 3 of orders", "row id = 4 of orders"], incident.Queues.Select(q => q.Subject).Order(StringComparer.Ordinal));
    }
}
