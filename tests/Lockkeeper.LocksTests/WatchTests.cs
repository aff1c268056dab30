using System.Diagnostics.Metrics;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Watching;
using Lockkeeper.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.LocksTests;

public sealed class WatchTests(PostgresFixture postgres)
{
    private const string Update = "UPDATE orders SET n = n + 1 WHERE id = 17";

    [Theory, EachPostgres]
    public async Task It_goes_on_when_its_own_session_is_ended_and_tells_what_is_over(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync(Update);
        await scene.WaitingAsync(Update, holder);
        await using var dataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { ApplicationName = "the watcher" }.ConnectionString);
        var doctor = new LockDoctor(
            dataSource, new LockDoctorOptions { Interval = TimeSpan.FromMilliseconds(100) }, TimeProvider.System, NullLoggerFactory.Instance);
        await using var snapshots = doctor.WatchAsync(LockScene.Cancel).GetAsyncEnumerator(LockScene.Cancel);
        var history = new IncidentHistory();

        Assert.True(await snapshots.MoveNextAsync());
        Assert.Empty(history.Observe(snapshots.Current));
        Assert.Contains(snapshots.Current.Incidents, Is17);
        await scene.Database.QueryAsync(
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'the watcher' AND datname = '{scene.Database.Name}'",
            LockScene.Cancel);
        Assert.True(await snapshots.MoveNextAsync());
        Assert.Contains(snapshots.Current.Incidents, Is17);
        history.Observe(snapshots.Current);

        await holder.ExecuteAsync("ROLLBACK", LockScene.Cancel);
        var over = new List<EndedIncident>();
        while (over.TrueForAll(ended => ended.Subject != "row id = 17 of orders"))
        {
            Assert.True(await snapshots.MoveNextAsync());
            over.AddRange(history.Observe(snapshots.Current));
        }

        Assert.Equal(1, over.Single(ended => ended.Subject == "row id = 17 of orders").MostWaiting);

        static bool Is17(Locks.Explaining.IncidentReport report) => report.Queues.Any(queue => queue.Subject == "row id = 17 of orders");
    }

    [Theory, EachPostgres]
    public async Task A_snapshot_is_measured(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var holder = await scene.HoldingAsync(Update);
        await scene.WaitingAsync(Update, holder);
        var measured = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.SourceName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();

        await scene.Doctor().SnapshotAsync(LockScene.Cancel);

        Assert.True(measured["lockkeeper.locks.waiting"] >= 1);
        Assert.True(measured["lockkeeper.locks.queue_depth"] >= 1);
        Assert.True(measured["lockkeeper.locks.oldest_wait"] > 0);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            // Other tests take snapshots in databases of their own.
            if (tags.Contains(KeyValuePair.Create<string, object?>("db.namespace", scene.Database.Name)))
            {
                measured[instrument.Name] = value;
            }
        }
    }
}
