using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Keeps two runs of Lockkeeper from working on one schema at once. The server itself releases it when the session ends, however it ends.</summary>
/// <remarks>
/// A session-level advisory lock that is tried and never waited for: a waiting pg_advisory_lock holds a snapshot, and CREATE INDEX CONCURRENTLY
/// of the run that holds the lock would wait for that snapshot in turn (flyway #1654, golang-migrate #960).
/// </remarks>
internal sealed class RunLock : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private readonly NpgsqlDataSource _dataSource;
    private readonly Identifier _schema;
    private NpgsqlConnection _connection;

    private RunLock(NpgsqlDataSource dataSource, Identifier schema, NpgsqlConnection connection)
    {
        _dataSource = dataSource;
        _schema = schema;
        _connection = connection;
    }

    /// <summary>Takes the lock for a schema, and keeps its session open and idle until disposed.</summary>
    /// <exception cref="MigrationException">LK1206: somebody else has it, and has kept it for the whole patience.</exception>
    public static async Task<RunLock> TakeAsync(
        NpgsqlDataSource dataSource, Identifier schema, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(dataSource, cancellationToken).ConfigureAwait(false);
        var since = time.GetTimestamp();
        try
        {
            // It is idle for as long as the run takes, and must not be ended for that.
            await connection.ExecuteAsync("SET idle_session_timeout = 0", [], cancellationToken).ConfigureAwait(false);
            while (!await TryAsync(connection, schema, cancellationToken).ConfigureAwait(false))
            {
                if (time.GetElapsedTime(since) >= patience)
                {
                    throw Failures.AnotherRun(schema, await HolderAsync(connection, schema, cancellationToken).ConfigureAwait(false));
                }

                await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
            }

            return new RunLock(dataSource, schema, connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The session that holds the lock, for a short statement. Where it was lost, the lock is taken once more over a new one.</summary>
    /// <remarks>A backfill outlives a restart of the server, and the lock does not: without this, the run would go on without one.</remarks>
    /// <exception cref="MigrationException">LK1206: it was lost, and somebody else has it now.</exception>
    public async Task<NpgsqlConnection> ConnectionAsync(CancellationToken cancellationToken)
    {
        if (await IsAliveAsync(cancellationToken).ConfigureAwait(false))
        {
            return _connection;
        }

        var connection = await OpenAsync(_dataSource, cancellationToken).ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _connection = connection;
        return await TryAsync(connection, _schema, cancellationToken).ConfigureAwait(false)
            ? connection
            : throw Failures.Overtaken(await HolderAsync(connection, _schema, cancellationToken).ConfigureAwait(false));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource dataSource, CancellationToken cancellationToken)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await SessionLimits.LiftAsync(connection, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        if (_connection.State != System.Data.ConnectionState.Open)
        {
            return false;
        }

        try
        {
            await _connection.QueryAsync("SELECT true", [], row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (TransientErrors.IsConnectionLoss(e))
        {
            return false;
        }
    }

    private static async Task<bool> TryAsync(NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            "SELECT pg_try_advisory_lock(hashtextextended($1, 0))", [Key(schema)], row => row.GetBoolean(0), cancellationToken)
            .ConfigureAwait(false);
        return rows[0];
    }

    private static async Task<string> HolderAsync(
        NpgsqlConnection connection, Identifier schema, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            """
            SELECT format('process %s of %s%s, connected since %s', l.pid, coalesce(a.usename, '?'),
                          coalesce(' from ' || a.client_addr::text, ''), coalesce(a.backend_start::timestamp(0)::text, '?'))
            FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended($1, 0)
            """,
            [Key(schema)],
            row => row.GetString(0),
            cancellationToken).ConfigureAwait(false);
        return rows is [var holder, ..] ? holder : "it has just ended";
    }

    private static NpgsqlParameter Key(Identifier schema) => new() { Value = $"lockkeeper/{schema.Value}" };
}
