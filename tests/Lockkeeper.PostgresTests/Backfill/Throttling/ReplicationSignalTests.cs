using System.Collections.Immutable;
using Lockkeeper.Backfill.Throttling;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Databases;
using Lockkeeper.TestKit;
using Npgsql;
using Npgsql.Replication;

namespace Lockkeeper.PostgresTests.Backfill.Throttling;

/// <summary>Signals of the whole server's replication and archive, on a server of their own: other tests must not be held up, nor disturb.</summary>
public sealed class ReplicationSignalTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task Replicas_slots_and_the_archiver_are_seen(int version)
    {
        await using var server = await StartAsync(version);
        var database = await server.CreateDatabaseAsync(null, Cancellation);
        await using var probe = await Probe.OpenAsync(database.ConnectionString);
        Assert.IsType<Reading.Absent>(await probe.ReadAsync(new ReplicaLagThrottle(TimeSpan.FromSeconds(1))));
        Assert.IsType<Reading.Absent>(await probe.ReadAsync(new SlotThrottle(1)));
        Assert.IsType<Reading.Absent>(await probe.ReadAsync(new ReplicaBytesThrottle(1)));

        await SeeReplicaAsync(database, probe);
        await SeeSlotAsync(database, probe);
        await SeeArchiverAsync(database, probe);
    }

    private static async Task SeeReplicaAsync(PostgresDatabase database, Probe probe)
    {
        var text = new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = "standby", Pooling = false };
        await using var replica = new PhysicalReplicationConnection(text.ConnectionString);
        await replica.Open(Cancellation);
        await using var session = await Session.OpenAsync(database.ConnectionString, Cancellation);
        // What is not flushed is not written yet either, and no replica can be behind by it.
        await session.ExecuteAsync("SET synchronous_commit = on", Cancellation);
        await session.ExecuteAsync("CREATE TABLE written AS SELECT repeat('x', 1000) FROM generate_series(1, 2000)", Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var beginning = await replica.IdentifySystem(Cancellation);
        await session.ExecuteAsync("INSERT INTO written SELECT repeat('x', 1000) FROM generate_series(1, 2000)", Cancellation);
        var stream = replica.StartReplication(beginning.XLogPos, stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await stream.MoveNextAsync());

        // It has received something and applied nothing of it.
        replica.SetReplicationStatus(beginning.XLogPos);
        await replica.SendStatusUpdate(Cancellation);
        await session.WaitUntilAsync("EXISTS (SELECT FROM pg_stat_replication WHERE replay_lsn IS NOT NULL)", Cancellation);

        var behind = Assert.IsType<Reading.Measured>(await probe.ReadAsync(new ReplicaBytesThrottle(1 << 20)));
        Assert.InRange(behind.Load, 2, 20);
        Assert.Contains("replica standby is 2", behind.Text, StringComparison.Ordinal);
        Assert.IsType<Reading.Measured>(await probe.ReadAsync(new ReplicaLagThrottle(TimeSpan.FromSeconds(10))));
        await SeeNothingWithoutRightsAsync(database, session);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
        });
    }

    private static async Task SeeNothingWithoutRightsAsync(PostgresDatabase database, Session session)
    {
        await session.ExecuteAsync("CREATE ROLE blind", Cancellation);
        await using var probe = await Probe.OpenAsync(database.ConnectionString, "blind");

        Assert.IsType<Reading.Unreadable>(await probe.ReadAsync(new ReplicaLagThrottle(TimeSpan.FromSeconds(10))));
        Assert.IsType<Reading.Unreadable>(await probe.ReadAsync(new ReplicaBytesThrottle(1)));
    }

    private static async Task SeeSlotAsync(PostgresDatabase database, Probe probe)
    {
        await using var session = await Session.OpenAsync(database.ConnectionString, Cancellation);
        await session.ExecuteAsync("SELECT pg_create_physical_replication_slot('feed', true)", Cancellation);
        var least = new SlotThrottle(1 << 20);

        var safe = Assert.IsType<Reading.Measured>(await probe.ReadAsync(least));
        Assert.InRange(safe.Load, 0.001, 0.5);
        Assert.StartsWith("slot feed has ", safe.Text, StringComparison.Ordinal);

        // 32 MB may be kept, and 48 MB are written that nobody has read.
        await session.ExecuteAsync(WriteSegments, Cancellation);
        var endangered = Assert.IsType<Reading.Measured>(await probe.ReadAsync(least));
        Assert.Equal(double.PositiveInfinity, endangered.Load);
        Assert.EndsWith("(wal_status unreserved)", endangered.Text, StringComparison.Ordinal);

        // The next checkpoint takes it away, and then there is nothing left to save.
        await session.ExecuteAsync("CHECKPOINT", Cancellation);
        Assert.IsType<Reading.Absent>(await probe.ReadAsync(least));
    }

    private static async Task SeeArchiverAsync(PostgresDatabase database, Probe probe)
    {
        var limit = new ArchiverThrottle(16 << 20);
        await using var session = await Session.OpenAsync(database.ConnectionString, Cancellation);
        Assert.IsType<Reading.Unreadable>(await probe.ReadAsync(limit));

        await session.ExecuteAsync("ALTER SYSTEM SET archive_command = 'true'", Cancellation);
        await session.ExecuteAsync("SELECT pg_reload_conf()", Cancellation);
        await session.ExecuteAsync(WriteSegments, Cancellation);
        await session.WaitUntilAsync(
            "(SELECT last_archived_wal IS NOT NULL FROM pg_stat_archiver) AND NOT EXISTS (SELECT FROM pg_ls_archive_statusdir() WHERE name LIKE '%ready')",
            Cancellation);
        Assert.True(await probe.LoadAsync(limit) <= 1);

        await session.ExecuteAsync("ALTER SYSTEM SET archive_command = 'false'", Cancellation);
        await session.ExecuteAsync("SELECT pg_reload_conf()", Cancellation);
        await session.ExecuteAsync(WriteSegments, Cancellation);
        await session.WaitUntilAsync("(SELECT coalesce(last_failed_time > last_archived_time, false) FROM pg_stat_archiver)", Cancellation);
        var queue = Assert.IsType<Reading.Measured>(await probe.ReadAsync(limit));
        Assert.InRange(queue.Load, 2, 4);
        Assert.EndsWith("and the last attempt to archive failed", queue.Text, StringComparison.Ordinal);
    }

    private const string WriteSegments =
        """
        DO $$ BEGIN FOR i IN 1..3 LOOP PERFORM pg_logical_emit_message(false, 'test', repeat('x', 100)); PERFORM pg_switch_wal(); END LOOP; END $$
        """;

    private static Task<PostgresServer> StartAsync(int version) => PostgresServer.StartAsync(
        new PostgresServerOptions
        {
            Version = version,
            Settings = ImmutableSortedDictionary<string, string>.Empty
                .Add("max_slot_wal_keep_size", "32MB").Add("archive_mode", "on").Add("archive_command", "false")
                .Add("wal_keep_size", "0").Add("max_wal_size", "64MB").Add("min_wal_size", "32MB"),
        },
        Cancellation);
}
