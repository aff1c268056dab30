using System.Collections.Concurrent;
using System.Diagnostics;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Reading;
using Lockkeeper.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockkeeper.LocksTests;

/// <summary>The one who looks must not be in anybody's way, nor be one more of those who wait.</summary>
public sealed class ObserverTests(PostgresFixture postgres)
{
    [Theory, EachPostgres]
    public async Task A_snapshot_takes_the_weakest_lock_and_on_the_catalog_alone(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync("UPDATE orders SET n = 1 WHERE id = 1");
        await scene.WaitingAsync("UPDATE orders SET n = 1 WHERE id = 1", holder);
        await using var connection = await scene.Database.OpenAsync(LockScene.Cancel);
        await connection.ExecuteAsync("BEGIN", LockScene.Cancel);

        await connection.ExecuteAsync(ObservationQuery.Sql, LockScene.Cancel);

        var others = await connection.QueryAsync(
            """
            SELECT l.locktype, l.mode, l.relation::regclass::text
            FROM pg_locks l
            LEFT JOIN pg_class c ON c.oid = l.relation
            WHERE l.pid = pg_backend_pid() AND l.locktype <> 'virtualxid'
              AND NOT (l.locktype = 'relation' AND l.mode = 'AccessShareLock' AND c.relnamespace = 'pg_catalog'::regnamespace)
            """,
            LockScene.Cancel);
        Assert.Empty(others.Select(row => string.Join(' ', row)));
    }

    [Theory, EachPostgres]
    public async Task A_snapshot_is_one_statement_and_two_more_for_a_row(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var statements = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("db.query.text") is string text && (string?)activity.GetTagItem("db.namespace") == scene.Database.Name)
                {
                    statements.Enqueue(text);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        var doctor = new LockDoctor(
            scene.DataSource, new LockDoctorOptions { Interval = TimeSpan.FromMilliseconds(100) }, TimeProvider.System, NullLoggerFactory.Instance);
        await using var snapshots = doctor.WatchAsync(LockScene.Cancel).GetAsyncEnumerator(LockScene.Cancel);
        Assert.True(await snapshots.MoveNextAsync());
        statements.Clear();

        Assert.True(await snapshots.MoveNextAsync());
        Assert.Equal([ObservationQuery.Sql], statements);

        var holder = await scene.HoldingAsync("UPDATE orders SET n = 1 WHERE id = 1");
        await scene.WaitingAsync("UPDATE orders SET n = 1 WHERE id = 1", holder);
        statements.Clear();
        Assert.True(await snapshots.MoveNextAsync());
        Assert.Equal(1, statements.Count(text => text == ObservationQuery.Sql));
        Assert.Equal(3, statements.Count(text => !text.Contains("pg_blocking_pids", StringComparison.Ordinal)));
    }

    [Theory, EachPostgres]
    public async Task Where_the_catalog_is_locked_it_gives_up_soon_and_says_so(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var doctor = new LockDoctor(
            scene.DataSource, new LockDoctorOptions { Interval = TimeSpan.FromMilliseconds(100) }, TimeProvider.System, NullLoggerFactory.Instance);
        await using var snapshots = doctor.WatchAsync(LockScene.Cancel).GetAsyncEnumerator(LockScene.Cancel);
        Assert.True(await snapshots.MoveNextAsync());
        var locker = await scene.HoldingAsync("LOCK TABLE pg_catalog.pg_namespace");

        var refused = await Assert.ThrowsAsync<LocksException>(async () => await snapshots.MoveNextAsync());

        Assert.Equal("LK4002", refused.Code);
        await locker.ExecuteAsync("ROLLBACK", LockScene.Cancel);
    }
}
