using Lockkeeper.Server.Sessions;
using Npgsql;

namespace Lockkeeper.TestKit.Migrations;

/// <summary>Data sources as the command line makes them.</summary>
public static class Sources
{
    public static NpgsqlDataSource Of(TestDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return ServerDataSource.Create(new ConnectionOptions { Text = database.ConnectionString });
    }
}
