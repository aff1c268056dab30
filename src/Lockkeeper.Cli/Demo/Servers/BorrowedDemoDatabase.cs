using System.Globalization;
using Lockkeeper.Model.Naming;
using Lockkeeper.Server.Running;
using Lockkeeper.Server.Sessions;
using Npgsql;

namespace Lockkeeper.Cli.Demo.Servers;

/// <summary>A database of its own on a server that is somebody else's.</summary>
internal sealed class BorrowedDemoDatabase : DemoDatabase
{
    private readonly NpgsqlConnectionStringBuilder _own;
    private readonly NpgsqlDataSource _server;
    private readonly Version _version;
    private bool _kept;

    private BorrowedDemoDatabase(NpgsqlConnectionStringBuilder own, NpgsqlDataSource server, Version version)
    {
        _own = own;
        _server = server;
        _version = version;
    }

    public override string Connection => _own.ConnectionString;

    public override string PsqlArguments =>
        string.Create(CultureInfo.InvariantCulture, $"-h {_own.Host} -p {_own.Port}{(_own.Username is { } user ? $" -U {user}" : "")} {_own.Database}");

    public override string Description => $"PostgreSQL {_version} at {ConnectionText.Describe(_own)}";

    public override string WhenRemoved => $"The demo's database {_own.Database} is dropped; nothing else was touched.";

    /// <summary>Creates it.</summary>
    /// <exception cref="FormatException">The text is no way to reach a server.</exception>
    /// <exception cref="NpgsqlException">The server cannot be reached, or does not let us create a database.</exception>
    public static async Task<BorrowedDemoDatabase> CreateAsync(string text, TimeProvider time, CancellationToken cancellationToken)
    {
        var own = ConnectionText.Parse(text);
        own.Database = string.Create(CultureInfo.InvariantCulture, $"lockkeeper_demo_{time.GetUtcNow():yyyyMMddHHmmssfff}");
        var server = ServerDataSource.Create(new ConnectionOptions { Text = text });
        try
        {
            await using var connection = await server.OpenConnectionAsync(cancellationToken);

            // Not to be cancelled: nobody would know whether there is a database to drop.
            await connection.ExecuteAsync($"CREATE DATABASE {new Identifier(own.Database)}", [], CancellationToken.None);
            return new BorrowedDemoDatabase(own, server, connection.PostgreSqlVersion);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public override Task KeepAsync(Action<string> say, CancellationToken cancellationToken)
    {
        _kept = true;
        say($"The database stays. To look at it: psql {PsqlArguments}; to remove it: DROP DATABASE {new Identifier(_own.Database!)};");
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await using (_server)
        {
            if (!_kept)
            {
                await using var connection = await _server.OpenConnectionAsync();

                // Whatever was interrupted may still have a session in it.
                await connection.ExecuteAsync(
                    $"DROP DATABASE IF EXISTS {new Identifier(_own.Database!)} WITH (FORCE)", [], CancellationToken.None);
            }
        }
    }
}
