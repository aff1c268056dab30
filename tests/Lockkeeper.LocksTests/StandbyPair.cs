using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.TestKit;
using Npgsql;

namespace Lockkeeper.LocksTests;

/// <summary>A primary and a standby that replays its log.</summary>
internal sealed class StandbyPair : IAsyncDisposable
{
    private readonly PostgresServer _primary;
    private readonly PostgresServer _standby;

    private StandbyPair(PostgresServer primary, PostgresServer standby)
    {
        _primary = primary;
        _standby = standby;
        Primary = NpgsqlDataSource.Create(primary.ConnectionString);
        Standby = NpgsqlDataSource.Create(standby.ConnectionString);
    }

    public NpgsqlDataSource Primary { get; }

    public NpgsqlDataSource Standby { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Starts two servers and makes the second a copy of the first. The copying is done by the first: both folders are its account's.</summary>
    public static async Task<StandbyPair> StartAsync(int version)
    {
        var options = new PostgresServerOptions { Version = version };
        var primary = await PostgresServer.StartAsync(options, Cancel);
        var standby = await PostgresServer.StartAsync(options, Cancel);
        var pair = new StandbyPair(primary, standby);
        var target = await DataOfAsync(standby);
        await standby.StopAsync(Cancel);
        await using var connection = await pair.Primary.OpenConnectionAsync(Cancel);
        var source = await connection.ScalarAsync<string>("SHOW data_directory", Cancel);
        var (start, stop) = version >= 15 ? ("pg_backup_start", "pg_backup_stop()") : ("pg_start_backup", "pg_stop_backup(false)");
        await connection.QueryAsync($"SELECT {start}('copy', true{(version >= 15 ? "" : ", false")})", Cancel);
        await ShellAsync(connection, $"rm -rf {target}/* && cp -a {source}/. {target}/ && rm -f {target}/postmaster.* && touch {target}/standby.signal");
        await connection.ExecuteAsync(
            $"COPY (SELECT line FROM {stop} AS s, string_to_table(s.labelfile, E'\\n') AS line WHERE line <> '') TO PROGRAM 'cat > {target}/backup_label'", Cancel);

        // It must not give up for the reader that a test lets stand in its way.
        await ShellAsync(
            connection,
            $"printf \"%s\\n\" \"port = {standby.Port}\" \"max_standby_streaming_delay = -1\""
                + $" \"primary_conninfo = 'host=127.0.0.1 port={primary.Port} user=postgres'\" >> {target}/postgresql.auto.conf");
        await standby.RestartAsync(Cancel);
        return pair;
    }

    /// <summary>Waits until the standby has replayed what the primary has written.</summary>
    public async Task CatchUpAsync()
    {
        await using var primary = await Primary.OpenConnectionAsync(Cancel);
        await using var standby = await Session.OpenAsync(_standby.ConnectionString, Cancel);
        var written = await primary.ScalarAsync<string>("SELECT pg_current_wal_insert_lsn()::text", Cancel);
        await standby.WaitUntilAsync($"pg_last_wal_replay_lsn() >= '{written}'::pg_lsn", Cancel);
    }

    public Task<Session> StandbySessionAsync() => Session.OpenAsync(_standby.ConnectionString, Cancel);

    public async ValueTask DisposeAsync()
    {
        await Primary.DisposeAsync();
        await Standby.DisposeAsync();
        await _standby.DisposeAsync();
        await _primary.DisposeAsync();
    }

    private static async Task<string> DataOfAsync(PostgresServer server)
    {
        await using var session = await Session.OpenAsync(server.ConnectionString, Cancel);
        return await session.ScalarAsync<string>("SHOW data_directory", Cancel);
    }

    private static Task<int> ShellAsync(NpgsqlConnection connection, string script) =>
        connection.ExecuteAsync($"COPY (SELECT WHERE false) TO PROGRAM '{script.Replace("'", "''", StringComparison.Ordinal)}'", Cancel);
}
