using System.Globalization;
using Npgsql;

namespace Lockkeeper.EmbeddedPostgres.Databases;

/// <summary>Makes and drops databases. A clone of a small template takes 20 to 45 ms, running a schema's SQL again far more.</summary>
internal sealed class DatabaseCloner(string connectionString) : IAsyncDisposable
{
    private static readonly NpgsqlCommandBuilder Quoting = new();

    private readonly NpgsqlDataSource _server = NpgsqlDataSource.Create(connectionString);
    private int _made;

    public string ConnectionStringTo(string database) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = database }.ConnectionString;

    public async Task<PostgresDatabase> CreateAsync(string template, CancellationToken cancellationToken)
    {
        // The server is ours alone, so counting is enough to make a name unique.
        var name = string.Create(CultureInfo.InvariantCulture, $"db_{Interlocked.Increment(ref _made)}");
        await ExecuteAsync(
            $"CREATE DATABASE {Quoting.QuoteIdentifier(name)} TEMPLATE {Quoting.QuoteIdentifier(template)}",
            cancellationToken).ConfigureAwait(false);
        return new PostgresDatabase(this, name, ConnectionStringTo(name));
    }

    public async Task DropAsync(string name)
    {
        try
        {
            await ExecuteAsync($"DROP DATABASE IF EXISTS {Quoting.QuoteIdentifier(name)} WITH (FORCE)", CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is NpgsqlException { InnerException: System.Net.Sockets.SocketException } or ObjectDisposedException)
        {
            // The server was stopped first; the database goes with its folder.
        }
    }

    /// <summary>Forgets open connections, after the server was stopped.</summary>
    public void ForgetConnections() => _server.Clear();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        var command = _server.CreateCommand(sql);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
