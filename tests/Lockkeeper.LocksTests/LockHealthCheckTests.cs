using System.Diagnostics.Metrics;
using Lockkeeper.Locks;
using Lockkeeper.Locks.Health;
using Lockkeeper.TestKit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.LocksTests;

public sealed class LockHealthCheckTests(PostgresFixture postgres)
{
    private const string Update = "UPDATE orders SET n = n + 1 WHERE id = 17";

    private static readonly LockHealthOptions Never = new()
    {
        DegradedWait = TimeSpan.MaxValue,
        UnhealthyWait = TimeSpan.MaxValue,
        DegradedDepth = int.MaxValue,
        UnhealthyDepth = int.MaxValue,
    };

    [Theory, EachPostgres]
    public async Task Waits_and_queues_of_this_database_decide_how_it_is(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var idle = await CheckAsync(scene.Doctor(), new LockHealthOptions());
        var holder = await scene.HoldingAsync(Update);
        var first = await scene.WaitingAsync(Update, holder);
        await scene.WaitingAsync(Update, first);

        var patient = await CheckAsync(scene.Doctor(), Never);
        var deep = await CheckAsync(scene.Doctor(), Never with { DegradedDepth = 2 });
        var slow = await CheckAsync(scene.Doctor(), Never with { DegradedWait = TimeSpan.Zero });
        var failed = await CheckAsync(scene.Doctor(), Never with { DegradedDepth = 1, UnhealthyDepth = 2 });
        var late = await CheckAsync(scene.Doctor(), Never with { DegradedWait = TimeSpan.Zero, UnhealthyWait = TimeSpan.Zero });

        Assert.Equal((HealthStatus.Healthy, "Nobody waits for a lock."), (idle.Status, idle.Description));
        Assert.Equal(HealthStatus.Healthy, patient.Status);
        Assert.Equal([HealthStatus.Degraded, HealthStatus.Degraded], [deep.Status, slow.Status]);
        Assert.Equal([HealthStatus.Unhealthy, HealthStatus.Unhealthy], [failed.Status, late.Status]);
        Assert.StartsWith("2 sessions wait, the longest for ", deep.Description, StringComparison.Ordinal);
        Assert.EndsWith(": row id = 17 of orders.", deep.Description, StringComparison.Ordinal);
        Assert.Equal((2, 2), (deep.Data["waiting"], deep.Data["queueDepth"]));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_failure_of_the_kind_that_was_registered()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
        var doctor = new LockDoctor(nowhere, new LockDoctorOptions(), TimeProvider.System, NullLoggerFactory.Instance);

        var result = await CheckAsync(doctor, new LockHealthOptions(), HealthStatus.Degraded);

        Assert.Equal(HealthStatus.Degraded, result.Status);
        Assert.IsType<NpgsqlException>(result.Exception, exactMatch: false);
    }

    [Fact]
    public async Task All_wrong_options_are_said_at_once()
    {
        await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1");
        var doctor = new LockDoctor(nowhere, new LockDoctorOptions(), TimeProvider.System, NullLoggerFactory.Instance);

        var refused = Assert.Throws<LocksException>(() => new LockHealthCheck(
            doctor, new LockHealthOptions { UnhealthyWait = TimeSpan.Zero, DegradedDepth = 0 }));

        Assert.Equal("LK4003", refused.Code);
        Assert.Contains("UnhealthyWait", refused.Message, StringComparison.Ordinal);
        Assert.Contains("DegradedDepth", refused.Message, StringComparison.Ordinal);
    }

    [Theory, EachPostgres]
    public async Task A_deadlock_counts(int version)
    {
        await using var scene = await LockScene.CreateAsync(postgres, version);
        var a = await scene.Database.OpenSessionAsync(LockScene.Cancel);
        await a.ExecuteAsync("BEGIN; SET LOCAL deadlock_timeout = '10ms'; SELECT pg_advisory_xact_lock(1)", LockScene.Cancel);
        var b = await scene.HoldingAsync("SET LOCAL deadlock_timeout = '1h'", "SELECT pg_advisory_xact_lock(2)");
        await scene.BlockAsync(b, "SELECT pg_advisory_xact_lock(1)", a.Backend);
        await Assert.ThrowsAsync<PostgresException>(() => a.ExecuteAsync("SELECT pg_advisory_xact_lock(2)", LockScene.Cancel));
        await a.ExecuteAsync("ROLLBACK", LockScene.Cancel);

        // A session hands its counts over when it has been idle for a moment, or ends.
        await a.DisposeAsync();
        await b.WaitUntilAsync("(SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()) = 1", LockScene.Cancel);

        var result = await CheckAsync(scene.Doctor(), Never);

        Assert.Equal(1L, result.Data["deadlocks"]);
        Assert.Equal(1L, Measured(new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString)));
    }

    private static Task<HealthCheckResult> CheckAsync(LockDoctor doctor, LockHealthOptions options, HealthStatus failure = HealthStatus.Unhealthy)
    {
        var check = new LockHealthCheck(doctor, options);
        return check.CheckHealthAsync(
            new HealthCheckContext { Registration = new HealthCheckRegistration("locks", check, failure, tags: null) }, LockScene.Cancel);
    }

    private static long Measured(NpgsqlConnectionStringBuilder server)
    {
        var measured = -1L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: Telemetry.SourceName, Name: "lockkeeper.locks.deadlocks" })
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            // The servers of other versions can have a database of the same name.
            measured = tags.Contains(KeyValuePair.Create<string, object?>("db.namespace", server.Database))
                && tags.Contains(KeyValuePair.Create<string, object?>("server.port", server.Port)) ? value : measured);
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;
    }
}
