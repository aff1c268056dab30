using Lockkeeper.Backfill.Throttling;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.PostgresTests.Backfill.Throttling;

/// <summary>Signals that come from what sessions do.</summary>
public sealed class SessionSignalTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachPostgres]
    public async Task A_session_that_waits_for_a_worker_is_counted_and_one_that_waits_for_a_client_is_not(int version)
    {
        await using var database = await postgres.CloneAsync(version, Cancellation);
        await database.ExecuteAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)", Cancellation);
        await using var worker = await database.OpenSessionAsync(Cancellation);
        await using var client = await database.OpenSessionAsync(Cancellation);
        await worker.ExecuteAsync("BEGIN; UPDATE t SET id = 2", Cancellation);
        var waiting = await client.ExecuteUntilBlockedAsync("UPDATE t SET id = 3", worker, Cancellation);
        await using var probe = await Probe.OpenAsync(database.ConnectionString);

        probe.Workers = [worker.Backend];
        Assert.Equal(0.5, await probe.LoadAsync(new WaitingSessionsThrottle(2)));
        probe.Workers = [];
        Assert.Equal(0, await probe.LoadAsync(new WaitingSessionsThrottle(2)));

        await worker.ExecuteAsync("COMMIT", Cancellation);
        await waiting.EndAsync(Cancellation);
    }

    [Theory, EachPostgres]
    public async Task Active_sessions_are_counted_but_for_the_workers(int version)
    {
        await using var database = await postgres.CloneAsync(version, Cancellation);
        await database.ExecuteAsync("CREATE TABLE t (id int)", Cancellation);
        await using var holder = await database.OpenSessionAsync(Cancellation);
        await using var client = await database.OpenSessionAsync(Cancellation);
        await holder.ExecuteAsync("BEGIN; LOCK TABLE t", Cancellation);
        var waiting = await client.ExecuteUntilBlockedAsync("SELECT FROM t", holder, Cancellation);
        await using var probe = await Probe.OpenAsync(database.ConnectionString);

        // Other tests of the server may be active too.
        Assert.True(await probe.LoadAsync(new ActiveSessionsThrottle(1)) >= 1);
        probe.Workers = [.. (await database.QueryAsync("SELECT pid FROM pg_stat_activity", Cancellation)).Select(row => (int)row[0]!)];
        Assert.Equal(0, await probe.LoadAsync(new ActiveSessionsThrottle(1000)));

        await holder.ExecuteAsync("COMMIT", Cancellation);
        await waiting.EndAsync(Cancellation);
    }

    [Theory, EachPostgres]
    public async Task What_a_role_may_not_see_is_told_apart_from_what_is_not_there(int version)
    {
        await using var database = await postgres.CloneAsync(version, Cancellation);
        var role = $"blind_{database.Name}";
        await database.ExecuteAsync($"CREATE ROLE \"{role}\"", Cancellation);
        try
        {
            await using var other = await database.OpenSessionAsync(Cancellation);
            await using var probe = await Probe.OpenAsync(database.ConnectionString, role);

            Assert.IsType<Reading.Unreadable>(await probe.ReadAsync(new ActiveSessionsThrottle(1000)));
            foreach (var throttle in ThrottleText.Defaults)
            {
                // None of them throws, and those about locks and slots need no right.
                Assert.IsNotType<Reading.Unreadable>(await probe.ReadAsync(throttle));
            }
        }
        finally
        {
            await database.ExecuteAsync($"DROP ROLE \"{role}\"", CancellationToken.None);
        }
    }

    [Theory, EachPostgres]
    public async Task A_query_holds_with_true_or_a_number_above_zero(int version)
    {
        await using var database = await postgres.CloneAsync(version, Cancellation);
        await using var probe = await Probe.OpenAsync(database.ConnectionString);

        Assert.Equal(0, await probe.LoadAsync(new SqlThrottle("SELECT false")));
        Assert.Equal(0, await probe.LoadAsync(new SqlThrottle("SELECT 0::bigint")));
        Assert.Equal(double.PositiveInfinity, await probe.LoadAsync(new SqlThrottle("SELECT true")));
        Assert.Equal(double.PositiveInfinity, await probe.LoadAsync(new SqlThrottle("SELECT 0.5")));
        Assert.IsType<Reading.Unreadable>(await probe.ReadAsync(new SqlThrottle("SELECT NULL")));
        Assert.IsType<Reading.Unreadable>(await probe.ReadAsync(new SqlThrottle("SELECT 1, 2")));
        Assert.IsType<Reading.Unreadable>(await probe.ReadAsync(new SqlThrottle("SELECT true WHERE false")));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => probe.ReadAsync(new SqlThrottle("CREATE TABLE x ()")));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
    }

    [Theory, EachPostgres]
    public async Task The_rate_of_WAL_is_that_between_two_readings(int version)
    {
        await using var database = await postgres.CloneAsync(version, Cancellation);
        await using var probe = await Probe.OpenAsync(database.ConnectionString);
        probe.Time = new SteppingTime();
        var read = new WalRateThrottle(1024).Start();
        Assert.Equal(0, Assert.IsType<Reading.Measured>(await probe.ReadAsync(read)).Load);

        await database.ExecuteAsync("CREATE TABLE t AS SELECT repeat('x', 100) FROM generate_series(1, 10000)", Cancellation);

        Assert.True(Assert.IsType<Reading.Measured>(await probe.ReadAsync(read)).Load > 1);
    }
}
