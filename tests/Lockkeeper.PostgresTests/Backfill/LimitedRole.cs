using Lockkeeper.Backfill;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Lockkeeper.PostgresTests.Backfill;

/// <summary>A role that owns a table and may use the state tables, and nothing more; as on a managed server.</summary>
internal sealed class LimitedRole : IAsyncDisposable
{
    private readonly Scene _scene;
    private readonly string _role;
    private readonly NpgsqlDataSource _dataSource;

    private LimitedRole(Scene scene, string role)
    {
        _scene = scene;
        _role = role;
        _dataSource = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { Options = $"-c role={role}" });
    }

    public static async Task<LimitedRole> CreateAsync(Scene scene, string table, CancellationToken cancellationToken)
    {
        // Roles belong to the whole server, databases to one test.
        var role = $"limited_{scene.Database.Name}";
        await scene.Database.ExecuteAsync(
            $"""
             CREATE ROLE "{role}";
             ALTER TABLE {table} OWNER TO "{role}";
             GRANT USAGE ON SCHEMA lockkeeper, public TO "{role}";
             GRANT ALL ON ALL TABLES IN SCHEMA lockkeeper TO "{role}"
             """,
            cancellationToken);
        return new LimitedRole(scene, role);
    }

    public Backfiller Backfiller() =>
        new(_dataSource, new BackfillOptions { Workers = 2 }, TimeProvider.System, NullLoggerFactory.Instance);

    public async ValueTask DisposeAsync()
    {
        await _dataSource.DisposeAsync();
        await _scene.Database.ExecuteAsync(
            $"REASSIGN OWNED BY \"{_role}\" TO CURRENT_USER; DROP OWNED BY \"{_role}\"; DROP ROLE \"{_role}\"",
            CancellationToken.None);
    }
}
