using System.Collections.Immutable;
using Lockkeeper.EmbeddedPostgres.Databases;
using Npgsql;

namespace Lockkeeper.TestKit;

/// <summary>A database of one test, dropped with every session in it when disposed.</summary>
public sealed class TestDatabase(int version, PostgresDatabase database) : IAsyncDisposable
{
    public int Version => version;

    public string Name => database.Name;

    public string ConnectionString => database.ConnectionString;

    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    /// <summary>A session for tests in which several run at once.</summary>
    public Task<Session> OpenSessionAsync(CancellationToken cancellationToken) =>
        Session.OpenAsync(ConnectionString, cancellationToken);

    /// <summary>Runs one or several statements in one transaction.</summary>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(sql, cancellationToken);
    }

    public async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.ScalarAsync<T>(sql, cancellationToken);
    }

    /// <summary>All rows, each as its values; NULL is null.</summary>
    public async Task<ImmutableArray<object?[]>> QueryAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.QueryAsync(sql, cancellationToken);
    }

    /// <summary>Closes the pooled connections, as is needed before the database can serve as a template.</summary>
    public void CloseConnections()
    {
        using var connection = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
