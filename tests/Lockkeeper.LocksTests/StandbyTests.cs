using Lockkeeper.Locks;
using Lockkeeper.Locks.Diagnosing;
using Lockkeeper.Locks.Explaining;
using Lockkeeper.Locks.Listing;
using Lockkeeper.Model.Locking;
using Lockkeeper.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockkeeper.LocksTests;

/// <summary>What is seen on a standby, where the process that replays the primary's log holds and awaits locks like a session.</summary>
public sealed class StandbyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Replay_waits_for_a_reader_and_readers_wait_for_replay(int version)
    {
        await using var pair = await StandbyPair.StartAsync(version);
        await using var primary = await pair.Primary.OpenConnectionAsync(Cancel);
        await primary.ExecuteAsync("CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE other (id int)", Cancel);
        await pair.CatchUpAsync();
        var doctor = new LockDoctor(pair.Standby, new LockDoctorOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        await using var reader = await pair.StandbySessionAsync();
        await reader.ExecuteAsync("BEGIN; SELECT FROM orders", Cancel);
        await primary.ExecuteAsync("ALTER TABLE orders ADD COLUMN n int", Cancel);
        await reader.WaitUntilAsync("EXISTS (SELECT FROM pg_locks WHERE NOT granted)", Cancel);

        var snapshot = await doctor.SnapshotAsync(Cancel);

        var queue = Assert.Single(Assert.Single(snapshot.Incidents).Queues);
        Assert.True(snapshot.Observation.InRecovery);
        Assert.Contains(snapshot.Notes, note => note.Contains("standby", StringComparison.Ordinal));
        Assert.Equal(LockSignature.StandbyReplay, queue.Explanation.Signature);
        Assert.Equal("table orders", queue.Subject);
        Assert.Equal(reader.Backend, Assert.Single(queue.Queue.Holders).Owner.Id.Pid);
        Assert.Equal("startup", Assert.Single(queue.Queue.Waiters).Owner.BackendType);
        Assert.DoesNotContain(queue.Explanation.Now, words => words.Contains($"cancel {queue.Queue.Waiters[0].Owner.Id}", StringComparison.Ordinal));

        // The other way round: a transaction of the primary holds a table for itself alone.
        await reader.ExecuteAsync("COMMIT", Cancel);
        await primary.ExecuteAsync("BEGIN; LOCK TABLE other", Cancel);
        await pair.CatchUpAsync();
        var replay = await reader.ScalarAsync<int>("SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'", Cancel);
        var pending = await reader.ExecuteUntilBlockedAsync("SELECT FROM other", replay, Cancel);

        var locked = Assert.Single(Assert.Single((await doctor.SnapshotAsync(Cancel)).Incidents).Queues);

        Assert.Equal(LockSignature.TableLock, locked.Explanation.Signature);
        Assert.Equal(replay, Assert.Single(locked.Queue.Holders).Owner.Id.Pid);
        Assert.Equal(LockMode.AccessExclusive, locked.Queue.Holders[0].Mode);
        Assert.StartsWith("The replay of the primary's log holds ACCESS EXCLUSIVE", locked.Explanation.Why[0], StringComparison.Ordinal);
        await primary.ExecuteAsync("ROLLBACK", Cancel);
        await pending.EndAsync(Cancel);
        await AssertRestRunsAsync(pair, doctor);
    }

    private static async Task AssertRestRunsAsync(StandbyPair pair, LockDoctor doctor)
    {
        var diagnosis = await doctor.DiagnoseAsync(cancellationToken: Cancel);
        Assert.Equal(CheckLevel.Green, Assert.Single(diagnosis.Checks, check => check.Name == "standby-conflicts").Level);
        Assert.All(diagnosis.Checks, check => Assert.True(check.WhySkipped is null or "this is a standby", $"{check.Name}: {check.WhySkipped}"));
        foreach (var name in ServerLists.Names.Where(name => name != "outliers"))
        {
            await new ServerLists(pair.Standby).ReadAsync(name, 5, Cancel);
        }
    }
}
