using Lockkeeper.Locks.Deadlocks;
using Lockkeeper.TestKit;

namespace Lockkeeper.LocksTests.Deadlocks;

/// <summary>Deadlocks that a real server had, read from the log that it really wrote.</summary>
public sealed class DeadlockLogTests
{
    private const string Tables = """
        CREATE TABLE accounts (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
        INSERT INTO accounts SELECT g FROM generate_series(1, 100) g;
        CREATE TABLE bookings (id int PRIMARY KEY, account int NOT NULL REFERENCES accounts);
        CREATE TABLE notes (id int PRIMARY KEY);
        CREATE TABLE slots (id int, EXCLUDE USING btree (id WITH =));
        CREATE FUNCTION gate(key int) RETURNS int PARALLEL SAFE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(key); RETURN 1; END';
        CREATE FUNCTION book(one int) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE accounts SET n = n + 1 WHERE id = one;
        END $$;
        """;

    [Theory, EachPostgres]
    public async Task Each_kind_is_told_from_the_log_that_the_server_wrote(int version)
    {
        await using var server = await DeadlockServer.StartAsync(version);
        await server.ExecuteAsync(Tables);

        await AssertAsync(DeadlockClass.OppositeRows, "row (0,",
            ("UPDATE accounts SET n = 1 WHERE id = 1", "UPDATE accounts SET n = 1 WHERE id = 2"),
            ("UPDATE accounts SET n = 1 WHERE id = 2", "UPDATE accounts SET n = 1 WHERE id = 1"));
        await AssertAsync(DeadlockClass.TableUpgrade, "table notes",
            ("LOCK TABLE notes IN SHARE MODE", "LOCK TABLE notes"),
            ("LOCK TABLE notes IN SHARE MODE", "LOCK TABLE notes"));
        await AssertAsync(DeadlockClass.UniqueKeys, "a key of index notes_pkey",
            ("INSERT INTO notes VALUES (1)", "INSERT INTO notes VALUES (2)"),
            ("INSERT INTO notes VALUES (2)", "INSERT INTO notes VALUES (1)"));
        await AssertAsync(DeadlockClass.SharedRowUpgrade, "of accounts",
            ("INSERT INTO bookings VALUES (1, 3)", "DELETE FROM accounts WHERE id = 3"),
            ("INSERT INTO bookings VALUES (2, 3)", "DELETE FROM accounts WHERE id=3"));
        await AssertAsync(DeadlockClass.SharedRowUpgrade, "of accounts",
            ("SELECT FROM accounts WHERE id = 4 FOR SHARE", "UPDATE accounts SET n = 9 WHERE id = 4"),
            ("SELECT FROM accounts WHERE id = 4 FOR SHARE", "UPDATE accounts SET n = 9 WHERE id = 4"));
        await AssertAsync(DeadlockClass.Tables, "table bookings",
            ("LOCK TABLE notes IN ACCESS EXCLUSIVE MODE", "ALTER TABLE bookings ADD COLUMN note text"),
            ("SELECT FROM bookings", "SELECT FROM notes"));
        await AssertAsync(DeadlockClass.Advisory, "advisory lock (8)",
            ("SELECT pg_advisory_xact_lock(7)", "SELECT pg_advisory_xact_lock(8)"),
            ("SELECT pg_advisory_xact_lock(8)", "SELECT pg_advisory_xact_lock(7)"));
        await AssertAsync(DeadlockClass.SameStatement, "of accounts",
            ("UPDATE accounts SET n = 1 WHERE id = 11", "UPDATE accounts SET n = 5 WHERE id IN (11, 12)"),
            ("UPDATE accounts SET n = 1 WHERE id = 12", "UPDATE accounts SET n = 5 WHERE id IN (11, 12)"));
        await AssertAsync(DeadlockClass.UniqueKeys, "a key of notes",
            ("INSERT INTO notes VALUES (31) ON CONFLICT DO NOTHING", "INSERT INTO notes VALUES (32) ON CONFLICT DO NOTHING"),
            ("INSERT INTO notes VALUES (32) ON CONFLICT DO NOTHING", "INSERT INTO notes VALUES (31) ON CONFLICT DO NOTHING"));
        await AssertAsync(DeadlockClass.UniqueKeys, "of slots",
            ("INSERT INTO slots VALUES (1)", "INSERT INTO slots VALUES (2)"),
            ("INSERT INTO slots VALUES (2)", "INSERT INTO slots VALUES (1)"));
        await AssertAsync(DeadlockClass.Snapshot, "the snapshot of transaction",
            (null, "CREATE INDEX CONCURRENTLY ON notes (id)"),
            ("INSERT INTO notes VALUES (41)", "LOCK TABLE notes IN SHARE UPDATE EXCLUSIVE MODE"));
        await AssertAsync(DeadlockClass.OppositeRows, "row (",
            ("SELECT book(21)", "SELECT book(22)"),
            ("SELECT book(22)", "SELECT book(21)"));

        var hidden = Assert.Single(server.Report().Groups.SelectMany(g => g.Deadlocks), d => !d.Place.Frames.IsEmpty);
        Assert.Equal("book(integer) line 3", Assert.Single(hidden.Place.Frames));
        Assert.Equal("UPDATE accounts SET n = n + 1 WHERE id = one", hidden.Place.Statement);

        // The worker of a parallel query waits, and its session holds. Where the worker is the victim, its session's process reports the same once more.
        var before = server.Report().Count;
        await server.RingAsync(
            ($"SET LOCAL {(version < 16 ? "force_parallel_mode" : "debug_parallel_query")} = on; SELECT pg_advisory_xact_lock(52)", "SELECT gate(51)"),
            ("SELECT pg_advisory_xact_lock(51)", "SELECT pg_advisory_xact_lock(52)"));
        var parallel = server.Report().Groups.SelectMany(g => g.Deadlocks).OrderBy(d => d.Entry.Line).Last();
        Assert.Equal(before + 1, server.Report().Count);
        Assert.Equal(DeadlockClass.Advisory, DeadlockClassifier.Of(parallel));
        Assert.Equal(["SELECT gate(51)", "SELECT pg_advisory_xact_lock(52)"], server.Report().Ring(parallel).Select(line => line.Query).Order(StringComparer.Ordinal));

        async Task AssertAsync(DeadlockClass expected, string waitedFor, (string?, string) one, (string?, string) two)
        {
            var before = server.Report().Groups.SelectMany(g => g.Deadlocks).Count();
            await server.RingAsync(one, two);
            var report = server.Report();
            var deadlock = report.Groups.SelectMany(g => g.Deadlocks).OrderBy(d => d.Entry.Line).Last();
            Assert.Equal(before + 1, report.Count);
            Assert.Equal(expected, report.Groups.Single(g => g.Deadlocks.Contains(deadlock)).Explanation.Class);
            var ring = report.Ring(deadlock);
            Assert.Equal(2, ring.Length);
            Assert.Equal([true, false], ring.Select(line => line.IsVictim));
            Assert.Equal([ring[1].Pid, ring[0].Pid], ring.Select(line => line.HeldBy));
            Assert.Equal(new[] { one.Item2, two.Item2 }.Order(StringComparer.Ordinal), ring.Select(line => line.Query).Order(StringComparer.Ordinal));
            Assert.Contains(ring, line => line.WaitedFor.Contains(waitedFor, StringComparison.Ordinal));
        }
    }

    [Theory, EachPostgres]
    public async Task The_three_formats_say_the_same(int version)
    {
        var formats = version >= 15 ? "stderr,csvlog,jsonlog" : "stderr,csvlog";
        await using var server = await DeadlockServer.StartAsync(
            version, ("logging_collector", "on"), ("log_directory", "log"), ("log_destination", formats), ("log_line_prefix", "%m [%p] %q%u@%d "));
        await server.ExecuteAsync(Tables);
        for (var i = 0; i < 2; i++)
        {
            // A value on a line of its own, to see that a statement of several lines stays one.
            await server.RingAsync(
                ("UPDATE accounts SET n = 1 WHERE id = 1", $"UPDATE accounts\n\tSET n = {i}\nWHERE id = 2"),
                ("UPDATE accounts SET n = 1 WHERE id = 2", $"UPDATE accounts SET n = {i}, id = 1 WHERE id = 1 -- \"quoted\", and more"));
        }

        foreach (var extension in version >= 15 ? new[] { "log", "csv", "json" } : ["log", "csv"])
        {
            var report = await server.ReportAsync(extension, deadlocks: 2);

            var group = Assert.Single(report.Groups);
            Assert.Equal(2, group.Deadlocks.Length);
            Assert.Equal(DeadlockClass.OppositeRows, group.Explanation.Class);
            Assert.Contains("UPDATE accounts\n\tSET n = 1\nWHERE id = 2", group.Deadlocks[1].Queries.Values);
            Assert.Contains("UPDATE accounts SET n = 1, id = 1 WHERE id = 1 -- \"quoted\", and more", group.Deadlocks[1].Queries.Values);
            Assert.Equal("postgres", group.Deadlocks[1].Entry.Database);
            Assert.Equal("accounts", group.Deadlocks[1].Place.Relation);
            Assert.Empty(report.Notes);

            // Two victims waited in vain; whether the others waited long enough to be logged is chance.
            Assert.Equal(2, report.Waits.Sum(wait => wait.Waits - wait.Granted));
            Assert.All(report.Waits, wait => Assert.Equal("rows of accounts", wait.Subject));
            Assert.All(report.Waits, wait => Assert.InRange(wait.Longest, TimeSpan.FromMilliseconds(99), TimeSpan.FromMinutes(1)));
        }
    }

    [Theory, EachPostgres]
    public async Task A_hot_row_and_another_is_a_ring_of_three(int version)
    {
        await using var server = await DeadlockServer.StartAsync(version);
        await server.ExecuteAsync(Tables);

        // The first waits for row 1; the second stands behind it in that queue and holds row 3; the third holds row 1 and wants row 3.
        await server.RingAsync(
            ("UPDATE accounts SET n = 1 WHERE id = 2", "UPDATE accounts SET n = 2 WHERE id = 1"),
            ("UPDATE accounts SET n = 1 WHERE id = 3", "UPDATE accounts SET n = 3 WHERE id = 1"),
            ("UPDATE accounts SET n = 1 WHERE id = 1", "UPDATE accounts SET n = 1 WHERE id = 3"));

        var deadlock = server.Report().Groups.SelectMany(g => g.Deadlocks).OrderBy(d => d.Entry.Line).First();
        Assert.Equal(DeadlockClass.HotRow, DeadlockClassifier.Of(deadlock));
        Assert.Equal(3, deadlock.Processes.Length);
    }
}
