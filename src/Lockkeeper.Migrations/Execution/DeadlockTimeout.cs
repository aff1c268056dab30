using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Reads after how long a waiting session looks for a deadlock.</summary>
internal static class DeadlockTimeout
{
    public static async Task<TimeSpan> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // pg_settings gives it in milliseconds, where SHOW picks a unit.
        var rows = await connection.QueryAsync(
            "SELECT setting::double precision FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'",
            [], row => TimeSpan.FromMilliseconds(row.GetDouble(0)), cancellationToken).ConfigureAwait(false);
        return rows[0];
    }
}
