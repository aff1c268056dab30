using Lockkeeper.Locks.Graph;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.LocksTests;

/// <summary>What a role sees that is no superuser.</summary>
public sealed class PrivilegeTests(PostgresFixture postgres)
{
    private const string Update = "UPDATE orders SET n = n + 1 WHERE id = 17";

    [Theory, EachPostgres]
    public async Task With_pg_monitor_everything_is_seen_but_the_key_of_a_row_that_may_not_be_read(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var (holder, waiter) = await BlockAsync(scene);
        await using var monitor = await RoleAsync(scene, "GRANT pg_monitor TO");

        var snapshot = await scene.Doctor(monitor).SnapshotAsync(LockScene.Cancel);

        var queue = Assert.Single(snapshot.Incidents.SelectMany(i => i.Queues), q => q.Queue.Waiters[0].Owner.Id.Pid == waiter.Backend);
        Assert.True(snapshot.Observation.SeesOthers);
        Assert.Equal(Update, queue.Queue.Waiters[0].Owner.Query);
        Assert.Equal("idle in transaction", queue.Queue.Holders[0].Owner.State);
        Assert.Equal(holder.Backend, queue.Queue.Holders[0].Owner.Id.Pid);
        Assert.StartsWith("row at ctid (0,17) of orders", queue.Subject, StringComparison.Ordinal);
        Assert.Equal("this role may not read the table", queue.Row?.WhyUnknown);
    }

    [Theory, EachPostgres]
    public async Task With_nothing_the_waits_are_found_all_the_same_and_what_is_hidden_is_said(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var (holder, waiter) = await BlockAsync(scene);
        await using var nobody = await RoleAsync(scene, null);

        var snapshot = await scene.Doctor(nobody).SnapshotAsync(LockScene.Cancel);

        var queue = Assert.Single(snapshot.Incidents.SelectMany(i => i.Queues), q => q.Queue.Waiters[0].Owner.Id.Pid == waiter.Backend);
        Assert.False(snapshot.Observation.SeesOthers);
        Assert.Equal(holder.Backend, queue.Queue.Holders[0].Owner.Id.Pid);
        Assert.Null(queue.Queue.Holders[0].Owner.State);
        Assert.Contains(snapshot.Notes, note => note.Contains("pg_monitor", StringComparison.Ordinal));
        Assert.Equal([new OwnerId(holder.Backend, 0)],
            LockGraph.Of(snapshot.Observation).EdgesOf(new OwnerId(waiter.Backend, 0)).Select(edge => edge.Blocker));
    }

    [Theory, EachPostgres]
    public async Task A_table_that_somebody_wants_for_himself_alone_is_not_read(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var (holder, _) = await BlockAsync(scene);
        await scene.WaitingAsync("LOCK TABLE orders", holder);

        var queues = (await scene.LookAsync()).SelectMany(i => i.Queues).ToArray();

        Assert.Equal("the table itself is locked", Assert.Single(queues, q => q.Queue.Row is not null).Row?.WhyUnknown);
    }

    /// <remarks>A policy ends the session that reads the row.</remarks>
    [Theory, EachPostgres]
    public async Task Where_the_server_goes_away_before_the_row_is_read_the_queue_is_told_all_the_same(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var (holder, _) = await BlockAsync(scene);
        await using var monitor = await RoleAsync(scene, "GRANT SELECT ON items TO", "CREATE POLICY trap ON items USING (pg_terminate_backend(pg_backend_pid())); ALTER TABLE items ENABLE ROW LEVEL SECURITY");
        await scene.Database.ExecuteAsync("INSERT INTO items VALUES (1, 3)", LockScene.Cancel);
        var other = await scene.HoldingAsync("UPDATE items SET id = 2");
        await scene.WaitingAsync("UPDATE items SET id = 3", other);

        var snapshot = await scene.Doctor(monitor).SnapshotAsync(LockScene.Cancel);

        Assert.Contains(snapshot.Notes, note => note.StartsWith("The server went away before the keys of all rows could be read", StringComparison.Ordinal));
        Assert.Equal(
            new[] { holder.Backend, other.Backend }.Order(),
            snapshot.Incidents.SelectMany(i => i.Queues).Where(q => q.Queue.Waiters[0].Owner.Database == scene.Database.Name)
                .Select(q => q.Queue.Holders[0].Owner.Id.Pid).Order());
    }

    private static async Task<(Session Holder, Session Waiter)> BlockAsync(LockScene scene)
    {
        var holder = await scene.HoldingAsync(Update);
        return (holder, await scene.WaitingAsync(Update, holder));
    }

    private static async Task<NpgsqlDataSource> RoleAsync(LockScene scene, string? grant, string besides = "")
    {
        // Roles belong to the server, and the database's name is the test's own.
        var role = $"{scene.Database.Name}_looks";
        await scene.Database.ExecuteAsync(
            $"CREATE ROLE \"{role}\" LOGIN; {(grant is null ? "" : $"{grant} \"{role}\"")}; {besides}", LockScene.Cancel);
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { Username = role }.ConnectionString);
    }
}
