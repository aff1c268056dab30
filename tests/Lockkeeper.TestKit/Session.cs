using System.Collections.Immutable;
using System.Globalization;
using Npgsql;

namespace Lockkeeper.TestKit;

/// <summary>One session that other sessions can be made to wait for. Waiting is seen in the server, never guessed from time.</summary>
public sealed class Session : IAsyncDisposable
{
    // Far above what a busy machine needs; reaching it fails the test and says what the server was doing instead.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(3);

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlConnection _observer;

    private Session(NpgsqlConnection connection, NpgsqlConnection observer)
    {
        _connection = connection;
        _observer = observer;
    }

    /// <summary>The process number of its backend.</summary>
    public int Backend => _connection.ProcessID;

    public NpgsqlConnection Connection => _connection;

    public Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        _connection.ExecuteAsync(sql, cancellationToken);

    public Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken) =>
        _connection.ScalarAsync<T>(sql, cancellationToken);

    public Task<ImmutableArray<object?[]>> QueryAsync(string sql, CancellationToken cancellationToken) =>
        _connection.QueryAsync(sql, cancellationToken);

    /// <summary>Starts a statement and comes back once it waits for another session.</summary>
    public Task<PendingStatement> ExecuteUntilBlockedAsync(string sql, Session by, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(by);
        return ExecuteUntilBlockedAsync(sql, by.Backend, cancellationToken);
    }

    /// <summary>Starts a statement and comes back once it waits for another backend; ends the test if it never does.</summary>
    public async Task<PendingStatement> ExecuteUntilBlockedAsync(string sql, int byBackend, CancellationToken cancellationToken)
    {
        var statement = _connection.ExecuteAsync(sql, cancellationToken);
        await WaitUntilAsync(
            $"{byBackend} = ANY(pg_blocking_pids({Backend}))",
            () => statement.IsCompleted ? $"it ended without waiting. {statement.Exception?.InnerException?.Message}" : null,
            $"\"{sql}\" to wait for backend {byBackend}",
            cancellationToken);
        return new PendingStatement(sql, statement);
    }

    /// <summary>Waits until a condition on the server holds, for example <c>EXISTS (SELECT ...)</c>.</summary>
    public Task WaitUntilAsync(string condition, CancellationToken cancellationToken) =>
        WaitUntilAsync(condition, () => null, condition, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _observer.DisposeAsync();
    }

    public static async Task<Session> OpenAsync(string connectionString, CancellationToken cancellationToken)
    {
        // Not from the pool: a session ends when it is disposed, with its locks, prepared statements and settings.
        var text = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        var connection = new NpgsqlConnection(text);
        await connection.OpenAsync(cancellationToken);
        var observer = new NpgsqlConnection(text);
        await observer.OpenAsync(cancellationToken);
        return new Session(connection, observer);
    }

    private async Task WaitUntilAsync(
        string condition, Func<string?> inVain, string awaited, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var began = time.GetTimestamp();
        while (!await _observer.ScalarAsync<bool>($"SELECT {condition}", cancellationToken))
        {
            var reason = inVain() ?? (time.GetElapsedTime(began) > Deadline ? $"nothing after {Deadline}" : null);
            if (reason is not null)
            {
                Assert.Fail($"Waited for {awaited}: {reason}. The server shows:\n{await SeenAsync(cancellationToken)}");
            }

            await Task.Delay(LookAgainAfter, time, cancellationToken);
        }
    }

    private async Task<string> SeenAsync(CancellationToken cancellationToken)
    {
        var rows = await _observer.QueryAsync(
            """
            SELECT pid, state, wait_event_type, wait_event, pg_blocking_pids(pid)::text, query
            FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
            ORDER BY pid
            """,
            cancellationToken);
        return string.Join('\n', rows.Select(row => string.Format(
            CultureInfo.InvariantCulture, "  {0}  {1}  {2}/{3}  blocked by {4}  {5}", row)));
    }
}
