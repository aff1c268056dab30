using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Migrations.Execution;

/// <summary>What became of an index that is built concurrently. One of the same name on another table is somebody else's, and left alone.</summary>
internal sealed class IndexState(TableName table, TableName index)
{
    /// <summary>Whether it is there, in whatever state.</summary>
    public Task<bool> IsThereAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        IsAsync(connection, "true", cancellationToken);

    /// <summary>Whether it is there and can be used.</summary>
    public Task<bool> IsBuiltAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        IsAsync(connection, "i.indisvalid AND i.indisready", cancellationToken);

    /// <summary>Drops it if a build of it failed: it is of no use to anybody, and would be maintained by every write.</summary>
    public async Task DropFailedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await IsAsync(connection, "NOT (i.indisvalid AND i.indisready)", cancellationToken).ConfigureAwait(false))
        {
            // A build that a killed run left to the server has a lock that this waits for.
            var drop = new NpgsqlCommand($"DROP INDEX CONCURRENTLY IF EXISTS {index}", connection) { CommandTimeout = 0 };
            await using (drop.ConfigureAwait(false))
            {
                await drop.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> IsAsync(NpgsqlConnection connection, string condition, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            $"""
             SELECT EXISTS (SELECT FROM pg_catalog.pg_index i
                            WHERE i.indexrelid = to_regclass($1) AND i.indrelid = to_regclass($2) AND {condition})
             """,
            [new() { Value = index.ToString() }, new() { Value = table.ToString() }],
            row => row.GetBoolean(0),
            cancellationToken).ConfigureAwait(false);
        return rows[0];
    }
}
