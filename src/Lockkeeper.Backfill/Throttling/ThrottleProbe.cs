using Lockkeeper.Server.Running;
using Npgsql;

namespace Lockkeeper.Backfill.Throttling;

/// <summary>With what throttles read their signals: a connection that fills nothing, and what this process knows by itself.</summary>
internal sealed class ThrottleProbe
{
    public required NpgsqlConnection Connection { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Backends of every worker of the job, on whatever machine.</summary>
    public required int[] Workers { get; init; }

    /// <summary>How long the last commit took that was flushed to disk, and to the standbys that are waited for.</summary>
    public required TimeSpan CommitLatency { get; init; }

    public async Task<T> SingleAsync<T>(
        string sql, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        (await Connection.QueryAsync(sql, parameters, row, cancellationToken).ConfigureAwait(false)).Single();
}
