using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Lifts the limits that are often set for a role or a database, and meant for its applications; keeps pgroll silent as well.</summary>
/// <remarks>
/// An index build or a validation may take hours, and the session that holds the run's lock is idle meanwhile. How long others can be kept
/// waiting is limited by <c>lock_timeout</c>, which is set where locks are asked for.
/// </remarks>
internal static class SessionLimits
{
    // transaction_timeout is known since 17.
    private const string Sql = $"""
        SELECT set_config(name, '0', false) FROM pg_catalog.pg_settings
        WHERE name IN ('statement_timeout', 'transaction_timeout', 'idle_session_timeout')
        UNION ALL {PgrollSilence.Sql}
        """;

    /// <summary>Lifts them for a session that is used for nothing else.</summary>
    public static Task LiftAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(Sql, [], row => row.GetString(0), cancellationToken);
}
