using Lockkeeper.BulkWrite.Ordering;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.BulkWrite.Advisory;

/// <summary>A lock that stands for a name and for no row: one holder at a time, over all processes that use the same database.</summary>
/// <remarks>
/// The session forms keep a connection of their own until they are disposed, so a pooler that hands out connections per transaction cannot be in
/// between; the transaction form works behind any. Names become 64-bit numbers; two names with one number would only exclude each other.
/// </remarks>
public sealed class AdvisoryLock : IAsyncDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly long _key;

    private AdvisoryLock(NpgsqlConnection connection, string name, long key)
    {
        _connection = connection;
        _key = key;
        Name = name;
        Backend = connection.ProcessID;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The process number of the session that holds it.</summary>
    public int Backend { get; }

    /// <summary>Takes the lock if nobody has it, without waiting.</summary>
    /// <param name="dataSource">Where the connection is opened that holds it.</param>
    /// <param name="name">What is locked.</param>
    /// <param name="cancellationToken">Stops it; nothing is then held.</param>
    /// <returns>The lock, to be disposed; or null when somebody has it: <see cref="FindHolderAsync"/> says who.</returns>
    public static Task<AdvisoryLock?> TryAcquireAsync(NpgsqlDataSource dataSource, string name, CancellationToken cancellationToken = default) =>
        TakeAsync(dataSource, name, "SELECT pg_try_advisory_lock($1)", cancellationToken);

    /// <summary>Takes the lock, and waits until whoever has it lets go.</summary>
    /// <param name="dataSource">Where the connection is opened that holds it.</param>
    /// <param name="name">What is locked.</param>
    /// <param name="cancellationToken">Stops the waiting, on the server too; nothing is then held.</param>
    /// <returns>The lock, to be disposed.</returns>
    public static async Task<AdvisoryLock> AcquireAsync(NpgsqlDataSource dataSource, string name, CancellationToken cancellationToken = default) =>
        (await TakeAsync(dataSource, name, "SELECT true FROM (SELECT pg_advisory_lock($1)) AS taken", cancellationToken).ConfigureAwait(false))!;

    /// <summary>Takes the lock for as long as a transaction lasts, if nobody has it, without waiting.</summary>
    /// <param name="transaction">The transaction; its end lets go.</param>
    /// <param name="name">What is locked.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Whether the transaction has it now.</returns>
    public static async Task<bool> TryAcquireAsync(NpgsqlTransaction transaction, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction has ended.");
        return await AskAsync(connection, "SELECT pg_try_advisory_xact_lock($1)", KeyOf(name), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says who has the lock at this moment.</summary>
    /// <param name="dataSource">Where to ask.</param>
    /// <param name="name">What is locked.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>The holder, or null when nobody has it. Of other roles' sessions the server shows the number only, without pg_read_all_stats.</returns>
    public static async Task<AdvisoryLockHolder?> FindHolderAsync(
        NpgsqlDataSource dataSource, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // A 64-bit key is shown as its two halves, with objsubid 1 (manual, 54.12, pg_locks).
            var holders = await connection.QueryAsync(
                """
                SELECT l.pid, a.application_name, a.usename::text, a.client_addr::text, a.state_change
                FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
                WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
                  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
                  AND (l.classid::bigint << 32 | l.objid::bigint) = $1
                """,
                [new NpgsqlParameter<long> { TypedValue = KeyOf(name) }],
                row => new AdvisoryLockHolder(row.GetInt32(0))
                {
                    Application = row.IsDBNull(1) ? null : row.GetString(1),
                    Role = row.IsDBNull(2) ? null : row.GetString(2),
                    Address = row.IsDBNull(3) ? null : row.GetString(3),
                    Since = row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4),
                },
                cancellationToken).ConfigureAwait(false);
            return holders.Count > 0 ? holders[0] : null;
        }
    }

    /// <summary>Lets go, and gives the connection back.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await AskAsync(_connection, "SELECT pg_advisory_unlock($1)", _key, CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // The session is gone, and the lock with it.
        }
        finally
        {
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<AdvisoryLock?> TakeAsync(
        NpgsqlDataSource dataSource, string name, string sql, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        var key = KeyOf(name);
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await AskAsync(connection, sql, key, cancellationToken).ConfigureAwait(false))
            {
                var taken = new AdvisoryLock(connection, name, key);
                connection = null;
                return taken;
            }

            return null;
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<bool> AskAsync(NpgsqlConnection connection, string sql, long key, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = key });
            return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        }
    }

    private static long KeyOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return KeyHash.End(KeyHash.Begin($"name/{name}"), []);
    }
}
