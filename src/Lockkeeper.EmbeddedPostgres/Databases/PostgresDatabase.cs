using Npgsql;

namespace Lockkeeper.EmbeddedPostgres.Databases;

/// <summary>A database of one's own on an embedded server, dropped when disposed.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly DatabaseCloner _cloner;

    internal PostgresDatabase(DatabaseCloner cloner, string name, string connectionString)
    {
        _cloner = cloner;
        Name = name;
        ConnectionString = connectionString;
    }

    /// <summary>The database's name, unique on its server.</summary>
    public string Name { get; }

    /// <summary>Connects to it as superuser.</summary>
    public string ConnectionString { get; }

    /// <summary>Drops the database, ending every session in it. Nothing happens when the server is not running.</summary>
    public async ValueTask DisposeAsync()
    {
        var anyConnection = new NpgsqlConnection(ConnectionString);
        await using (anyConnection.ConfigureAwait(false))
        {
            // Otherwise its idle connections, ended by the drop, stay in the pool for as long as the process lives.
            NpgsqlConnection.ClearPool(anyConnection);
        }

        await _cloner.DropAsync(Name).ConfigureAwait(false);
    }
}
