using Lockkeeper.Backfill.Planning;
using Lockkeeper.Backfill.State;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Execution;

/// <summary>A worker's own session, set up so that its chunks stay out of everybody's way. Leaves a pooled connection as it was.</summary>
internal sealed class WorkerSession : IAsyncDisposable
{
    /// <summary>The trigger's WHEN clause is false for a session of this version, so that no trigger code runs per row.</summary>
    public const string Version = "(backfill)";

    /// <summary>
    /// The longest statement other than a chunk. It holds no row of the table while it waits: one row's expression is evaluated before the row
    /// is locked, and bookkeeping locks none. So a long one keeps nobody waiting; but it has to end some day.
    /// </summary>
    public static readonly TimeSpan LongTimeout = TimeSpan.FromSeconds(60);

    private readonly NpgsqlConnection _connection;

    private WorkerSession(NpgsqlConnection connection, Backend backend, ChunkTimeouts timeouts, bool userTriggersSilent)
    {
        _connection = connection;
        Backend = backend;
        Timeouts = timeouts;
        UserTriggersSilent = userTriggersSilent;
    }

    public NpgsqlConnection Connection => _connection;

    public Backend Backend { get; }

    public ChunkTimeouts Timeouts { get; }

    public bool UserTriggersSilent { get; }

    public static async Task<WorkerSession> OpenAsync(BackfillRun run, CancellationToken cancellationToken)
    {
        var connection = await run.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (backend, deadlockTimeout, waitsForStandby) = await ReadAsync(connection, cancellationToken).ConfigureAwait(false);
            var timeouts = ChunkTimeouts.For(deadlockTimeout, run.Options.TargetChunk);
            await SetAsync(connection, SessionSettings.For(timeouts, waitsForStandby), cancellationToken).ConfigureAwait(false);
            if (run.Job.IsPlain)
            {
                await connection.ExecuteAsync(SessionSettings.AsClientSql, [], cancellationToken).ConfigureAwait(false);
                return new WorkerSession(connection, backend, timeouts, userTriggersSilent: false);
            }

            var silent = await TrySilenceUserTriggersAsync(connection, cancellationToken).ConfigureAwait(false);
            return new WorkerSession(connection, backend, timeouts, silent);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Puts the settings back before the connection returns to its pool: a pool may be told not to reset connections, and its next user
    /// would then work with the foreign keys switched off.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_connection.State == System.Data.ConnectionState.Open)
            {
                await _connection.ExecuteAsync(SessionSettings.ResetSql, [], CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (NpgsqlException)
        {
            // A session that cannot be reset must not be used again; closing it broken or cleared removes it from the pool.
            NpgsqlConnection.ClearPool(_connection);
        }
        finally
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<(Backend Backend, TimeSpan DeadlockTimeout, bool WaitsForStandby)> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Sql =
            """
            SELECT pg_backend_pid(), clock_timestamp(), setting::bigint, current_setting('synchronous_standby_names') <> ''
            FROM pg_settings WHERE name = 'deadlock_timeout'
            """;
        var rows = await connection.QueryAsync(
            Sql,
            [],
            row => (new Backend(row.GetInt32(0), row.GetDateTime(1)), TimeSpan.FromMilliseconds(row.GetInt64(2)), row.GetBoolean(3)),
            cancellationToken).ConfigureAwait(false);
        return rows.Single();
    }

    private static async Task SetAsync(
        NpgsqlConnection connection,
        IReadOnlyCollection<KeyValuePair<string, string>> settings,
        CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            SessionSettings.SetSql,
            [new() { Value = settings.Select(s => s.Key).ToArray() }, new() { Value = settings.Select(s => s.Value).ToArray() }],
            cancellationToken).ConfigureAwait(false);

    private static async Task<bool> TrySilenceUserTriggersAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync("SET session_replication_role = replica", [], cancellationToken)
                .ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
    }
}
