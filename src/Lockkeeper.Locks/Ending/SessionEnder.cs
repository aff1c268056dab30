using System.Collections.Immutable;
using Lockkeeper.Locks.Graph;
using Lockkeeper.Locks.Reading;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Locks.Ending;

/// <summary>Cancels a statement or ends a session, and only the one that was looked at: a number may belong to another session a moment later.</summary>
/// <param name="dataSource">The server. A role may end sessions of roles that it is a member of; with <c>pg_signal_backend</c> all but those of superusers.</param>
public sealed class SessionEnder(NpgsqlDataSource dataSource)
{
    private const string SessionSql = """
        SELECT a.pid, a.leader_pid, a.datname, a.usename, a.application_name, host(a.client_addr), a.backend_type, a.state,
               left(a.query, 4000), clock_timestamp() - a.query_start, clock_timestamp() - a.xact_start, clock_timestamp() - a.state_change,
               a.backend_start
        FROM pg_catalog.pg_stat_activity a
        WHERE a.pid = $1 AND a.pid <> pg_backend_pid()
        """;

    // The condition and the call are one statement: between them the number could only be taken by another session if this one ended within it.
    private const string CancelSql =
        "SELECT pg_cancel_backend(a.pid) FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1 AND a.backend_start = $2";

    private const string TerminateSql =
        "SELECT pg_terminate_backend(a.pid, 5000) FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1 AND a.backend_start = $2";

    /// <summary>Looks at a session and at who waits for it; null where there is none of that number, or it is our own.</summary>
    /// <param name="pid">The number of its process.</param>
    /// <param name="cancellationToken">Ends it; nothing was done.</param>
    public async Task<EndableSession?> FindAsync(int pid, CancellationToken cancellationToken = default)
    {
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var found = await connection.QueryAsync(
            SessionSql, [new NpgsqlParameter<int> { TypedValue = pid }], Owner, cancellationToken).ConfigureAwait(false);
        return found.Count == 0
            ? null
            : Among(found[0], await ObservationReader.ReadAsync(connection, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Cancels what the session is running. A transaction in which it is idle goes on: it has no statement to cancel.</summary>
    /// <param name="session">The session as it was looked at.</param>
    /// <param name="cancellationToken">Ends it; whether something was done is not known.</param>
    /// <exception cref="PostgresException">The role may not (SQLSTATE 42501).</exception>
    public Task<EndResult> CancelAsync(EndableSession session, CancellationToken cancellationToken = default) =>
        EndAsync(CancelSql, session, cancellationToken);

    /// <summary>Ends the session: its transaction is undone, its locks are released, its client loses the connection.</summary>
    /// <param name="session">The session as it was looked at.</param>
    /// <param name="cancellationToken">Ends it; whether something was done is not known.</param>
    /// <exception cref="PostgresException">The role may not (SQLSTATE 42501).</exception>
    public Task<EndResult> TerminateAsync(EndableSession session, CancellationToken cancellationToken = default) =>
        EndAsync(TerminateSql, session, cancellationToken);

    internal static EndableSession Among(LockOwner owner, Observation observation)
    {
        var graph = LockGraph.Of(observation);
        var waiting = observation.Locks.Where(entry => !entry.Granted).Select(entry => entry.Owner).Distinct()
            .Select(waiter => (Owner: observation.OwnerOf(waiter), Blockers: graph.EdgesOf(waiter).Select(edge => edge.Blocker).ToImmutableHashSet()))
            .Where(waiter => waiter.Blockers.Contains(owner.Id))
            .ToArray();
        return new EndableSession(
            owner,
            [.. waiting.Where(waiter => waiter.Blockers.Count == 1).Select(waiter => waiter.Owner)],
            [.. waiting.Where(waiter => waiter.Blockers.Count > 1).Select(waiter => waiter.Owner)]);
    }

    private async Task<EndResult> EndAsync(string sql, EndableSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (session.Owner.BackendStart is not { } start)
        {
            return EndResult.Gone;
        }

        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        var ended = await connection.QueryAsync(
            sql,
            [new NpgsqlParameter<int> { TypedValue = session.Owner.Id.Pid }, new NpgsqlParameter<DateTime> { TypedValue = start.UtcDateTime }],
            row => row.GetBoolean(0),
            cancellationToken).ConfigureAwait(false);
        return ended.Count == 0 ? EndResult.Gone : ended[0] ? EndResult.Done : EndResult.Told;
    }

    private static LockOwner Owner(NpgsqlDataReader row) => new()
    {
        Id = new OwnerId(row.GetInt32(0), 0),
        LeaderPid = row.IsDBNull(1) ? null : row.GetInt32(1),
        Database = Text(row, 2),
        User = Text(row, 3),
        Application = Text(row, 4),
        ClientAddress = Text(row, 5),
        BackendType = Text(row, 6),
        State = Text(row, 7),
        Query = Text(row, 8),
        QueryAge = row.IsDBNull(9) ? null : row.GetTimeSpan(9),
        TransactionAge = row.IsDBNull(10) ? null : row.GetTimeSpan(10),
        StateAge = row.IsDBNull(11) ? null : row.GetTimeSpan(11),
        BackendStart = row.IsDBNull(12) ? null : row.GetFieldValue<DateTimeOffset>(12),
    };

    private static string? Text(NpgsqlDataReader row, int ordinal) =>
        row.IsDBNull(ordinal) || row.GetString(ordinal).Length == 0 ? null : row.GetString(ordinal);
}
