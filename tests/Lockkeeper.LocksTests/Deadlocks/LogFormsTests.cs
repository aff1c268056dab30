using System.Collections.Immutable;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Deadlocks;

namespace Lockkeeper.LocksTests.Deadlocks;

/// <summary>Every form in which the server writes of locks (DescribeLockTag in lmgr.c, ProcSleep in proc.c, the same from 14 to 18), also those that a test cannot bring about.</summary>
public sealed class LogFormsTests
{
    [Theory]
    [InlineData("relation 16402 of database 5", "table orders")]
    [InlineData("extension of relation 16402 of database 5", "the extension of orders")]
    [InlineData("pg_database.datfrozenxid of database 5", "the horizons of a database, which VACUUM moves")]
    [InlineData("page 3 of relation 16402 of database 5", "a page of orders")]
    [InlineData("tuple (0,2) of relation 16402 of database 5", "the queue for row (0,2) of orders")]
    [InlineData("transaction 801", "a row of stock")]
    [InlineData("virtual transaction 3/17", "the snapshot of transaction 3/17")]
    [InlineData("virtual transaction -1/801", "the snapshot of transaction -1/801")]
    [InlineData("speculative token 1 of transaction 801", "an upsert of the same key")]
    [InlineData("object 16500 of class 1255 of database 5", "object 16500 of catalog 1255")]
    [InlineData("user lock [5,1,2]", "user lock (1, 2)")]
    [InlineData("advisory lock [5,0,42,1]", "advisory lock (42)")]
    [InlineData("advisory lock [5,7,4294967295,2]", "advisory lock (7, -1)")]
    [InlineData("remote transaction 801 of subscription 16600 of database 5", "a transaction of a subscription")]
    public void Whatever_a_lock_is_on_is_named(string described, string named)
    {
        var report = Read($"""
            2026-11-21 12:00:01.123 UTC [101] ERROR:  deadlock detected
            2026-11-21 12:00:01.123 UTC [101] DETAIL:  Process 101 waits for ShareLock on {described}; blocked by process 102.
            	Process 102 waits for ExclusiveLock on advisory lock [5,0,1,1]; blocked by process 101.
            	Process 101: UPDATE stock SET n = 1
            	Process 102: SELECT pg_advisory_lock(1)
            """);

        var ring = report.Ring(Assert.Single(Assert.Single(report.Groups).Deadlocks));
        Assert.Equal(named, ring[0].WaitedFor);
        Assert.Equal(("ShareLock", 102), (ring[0].Mode, ring[0].HeldBy));
    }

    [Fact]
    public void Every_message_of_a_wait_counts_once_and_holders_are_told_with_what_they_were_last_seen_doing()
    {
        var waits = Read("""
            2026-11-21 12:00:00.000 UTC [201] web@shop LOG:  duration: 1.5 ms  statement: UPDATE orders SET n = 3 WHERE id = 1
            2026-11-21 12:00:01.000 UTC [101] LOG:  process 101 still waiting for AccessExclusiveLock on relation 16402 of database 5 after 1000.100 ms at character 13
            2026-11-21 12:00:01.000 UTC [101] DETAIL:  Processes holding the lock: 201, 202. Wait queue: 101.
            2026-11-21 12:00:01.000 UTC [101] STATEMENT:  ALTER TABLE orders ADD a int
            2026-11-21 12:00:03.000 UTC [101] LOG:  process 101 acquired AccessExclusiveLock on relation 16402 of database 5 after 3000.200 ms
            2026-11-21 12:00:03.000 UTC [101] STATEMENT:  ALTER TABLE orders ADD a int
            2026-11-21 12:00:04.000 UTC [102] LOG:  process 102 still waiting for AccessExclusiveLock on relation 16402 of database 5 after 1000.100 ms
            2026-11-21 12:00:04.000 UTC [102] DETAIL:  Process holding the lock: 201. Wait queue: 102.
            2026-11-21 12:00:04.000 UTC [102] STATEMENT:  ALTER TABLE orders ADD a int
            2026-11-21 12:00:05.000 UTC [103] LOG:  process 103 avoided deadlock for ShareLock on advisory lock [5,0,42,1] by rearranging queue order after 1000.100 ms
            2026-11-21 12:00:05.000 UTC [103] DETAIL:  Process holding the lock: 104. Wait queue: .
            2026-11-21 12:00:06.000 UTC [105] LOG:  process 105 detected deadlock while waiting for ShareLock on transaction 801 after 1000.100 ms
            2026-11-21 12:00:06.000 UTC [105] DETAIL:  Process holding the lock: 106. Wait queue: .
            2026-11-21 12:00:06.000 UTC [105] CONTEXT:  while updating tuple (0,2) in relation "stock"
            2026-11-21 12:00:07.000 UTC [107] LOG:  process 107 failed to acquire ExclusiveLock on page 3 of relation 16402 of database 5 after 1000.100 ms
            2026-11-21 12:00:08.000 UTC [108] LOG:  process 108 could not obtain RowShareLock on relation 16402 of database 5
            2026-11-21 12:00:08.000 UTC [108] DETAIL:  Process holding the lock: 201, Wait queue: .
            2026-11-21 12:00:08.000 UTC [108] STATEMENT:  SELECT FROM orders FOR UPDATE NOWAIT
            """).Waits;

        Assert.Equal(
            ["table orders: 2, 1 granted, 4000 ms", "advisory lock (42): 1, 0 granted, 1000 ms", "rows of stock: 1, 0 granted, 1000 ms",
                "a page of orders: 1, 0 granted, 1000 ms", "table orders: 1, 0 granted, 0 ms"],
            waits.Select(wait => FormattableString.Invariant($"{wait.Subject}: {wait.Waits}, {wait.Granted} granted, {wait.Total.TotalMilliseconds:0} ms")));
        Assert.Equal([new LoggedHolder(201, 2, "web", "UPDATE orders SET n = ? WHERE id = ?"), new LoggedHolder(202, 1, null, null)], waits[0].Holders);
        Assert.Equal(201, Assert.Single(waits[^1].Holders).Pid);
    }

    /// <remarks>Neither can be brought about at will: what autovacuum shows is of autovac_report_activity, the context of apply_error_callback.</remarks>
    [Theory]
    [InlineData("autovacuum: VACUUM public.orders (to prevent wraparound)", "while locking tuple (0,1) in relation \"orders\"")]
    [InlineData("autovacuum: ANALYZE public.orders", "while locking tuple (0,1) in relation \"orders\"")]
    [InlineData("", "processing remote data for replication origin \"pg_16395\" during message type \"UPDATE\" for replication target relation \"public.orders\" in transaction 726, finished at 0/14F5E38")]
    public void A_process_of_the_server_in_a_ring_is_told_from_clients(string activity, string context)
    {
        var report = Read($"""
            2026-11-21 12:00:01.123 UTC [101] ERROR:  deadlock detected
            2026-11-21 12:00:01.123 UTC [101] DETAIL:  Process 101 waits for ShareLock on transaction 801; blocked by process 102.
            	Process 102 waits for ShareUpdateExclusiveLock on relation 16402 of database 5; blocked by process 101.
            	Process 101: {activity}
            	Process 102: ALTER TABLE orders VALIDATE CONSTRAINT positive
            2026-11-21 12:00:01.123 UTC [101] CONTEXT:  {context}
            """);

        Assert.Equal(DeadlockClass.BackgroundProcess, Assert.Single(report.Groups).Explanation.Class);
    }

    private static DeadlockReport Read(string log)
    {
        using var text = new StringReader(log);
        return DeadlockReport.Parse(text, ImmutableDictionary<uint, string>.Empty.Add(16402, "orders"));
    }
}
