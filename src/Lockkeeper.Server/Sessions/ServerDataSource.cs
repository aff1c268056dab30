using Lockkeeper.Model.Naming;
using Npgsql;

namespace Lockkeeper.Server.Sessions;

/// <summary>Makes the data source through which everything here reaches a server.</summary>
public static class ServerDataSource
{
    // Seconds. A firewall that forgets idle connections would otherwise cut one that waits for a long CREATE INDEX.
    private const int KeepAlive = 30;

    /// <summary>A data source whose connections are each a session of their own, in the role that was asked for.</summary>
    /// <param name="options">Whom to reach, and as whom.</param>
    /// <exception cref="FormatException">The text is neither a URL nor a connection string; the message says where it goes wrong.</exception>
    /// <remarks>
    /// Opening a connection throws <see cref="RoleRefusedException"/> when the login may not act in the role, or there is none.
    /// Connections are not pooled: SET ROLE and the settings of a backfill would be lost, or worse, be found by the next user of a pooled one.
    /// A command has no time limit of the client's own; the server's <c>lock_timeout</c> and <c>statement_timeout</c> set them.
    /// </remarks>
    public static NpgsqlDataSource Create(ConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = ConnectionText.Parse(options.Text);
        settings.Pooling = false;
        settings.CommandTimeout = 0;
        settings.KeepAlive = KeepAlive;
        // Without it the driver strikes out which key is there twice. The text goes to whoever runs us, and into no log.
        settings.IncludeErrorDetail = true;
        settings.ApplicationName ??= options.ApplicationName;
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        if (options.Role is { Length: > 0 } role)
        {
            var name = new Identifier(role);
            var setRole = $"SET ROLE {name}";
            builder.UsePhysicalConnectionInitializer(
                connection => throw new NotSupportedException("Connections are opened asynchronously only."),
                async connection =>
                {
                    var command = new NpgsqlCommand(setRole, connection);
                    await using (command.ConfigureAwait(false))
                    {
                        try
                        {
                            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
                        }
                        catch (PostgresException refusal) when (refusal.SqlState is PostgresErrorCodes.InvalidParameterValue or PostgresErrorCodes.InsufficientPrivilege)
                        {
                            throw new RoleRefusedException(name, refusal);
                        }
                    }
                });
        }

        return builder.Build();
    }
}
