using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>Keeps pgroll's event triggers, where a database still has them, from taking down what we do as migrations of pgroll's own.</summary>
/// <remarks>
/// They do so for every statement that changes a schema, those of a plan that is only tried out included, and of two sessions that do so at the
/// same time one fails. pgroll sets this for its own sessions; where there is no pgroll, it is a setting that nobody reads.
/// </remarks>
internal static class PgrollSilence
{
    /// <summary>Sets it for the session, as a row of one column.</summary>
    public const string Sql = "SELECT set_config('pgroll.no_inferred_migrations', 'TRUE', false)";

    /// <summary>Sets it for the session.</summary>
    public static Task KeepAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(Sql, [], row => row.GetString(0), cancellationToken);
}
