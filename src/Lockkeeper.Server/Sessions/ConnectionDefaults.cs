using System.Globalization;
using Npgsql;

namespace Lockkeeper.Server.Sessions;

/// <summary>What libpq takes from its surroundings when a connection string leaves it out, as far as Npgsql does not do so itself.</summary>
/// <remarks>Npgsql 10 reads PGUSER, PGPASSWORD, PGPASSFILE, PGOPTIONS, PGSSLCERT and their like, and <c>~/.pgpass</c>.</remarks>
/// <param name="environment">Gives an environment variable, or null.</param>
/// <param name="fileExists">Says whether there is such a file or socket.</param>
internal sealed class ConnectionDefaults(Func<string, string?> environment, Func<string, bool> fileExists)
{
    // Where Debian's and Red Hat's packages put the socket, and where PostgreSQL's own sources do.
    private static readonly string[] SocketFolders = ["/var/run/postgresql", "/tmp"];

    public string Ports => Given("PGPORT") ?? "";

    public string? User => Given("PGUSER");

    /// <summary>Whether the environment names a server.</summary>
    public bool HasHost => (Given("PGHOSTADDR") ?? Given("PGHOST")) is not null;

    public string Hosts(string ports) => Given("PGHOSTADDR") ?? Given("PGHOST") ?? LocalHost(ports);

    /// <summary>What the environment says of the server, the database and the user that a text leaves out, by libpq's names.</summary>
    public Dictionary<string, string> MissingIn(Dictionary<string, string> given)
    {
        var missing = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!given.ContainsKey("host") && !given.ContainsKey("hostaddr"))
        {
            Add("host", Given("PGHOSTADDR") ?? Given("PGHOST"));
        }

        Add("port", Given("PGPORT"));
        Add("user", User);
        Add("dbname", Given("PGDATABASE"));
        Add("sslmode", Given("PGSSLMODE"));
        return missing;

        void Add(string name, string? value)
        {
            if (value is not null && !given.ContainsKey(name))
            {
                missing[name] = value;
            }
        }
    }

    public void FillIn(NpgsqlConnectionStringBuilder settings)
    {
        if (string.IsNullOrEmpty(settings.Host))
        {
            (settings.Host, settings.Port) = HostList.Combine(Hosts(Ports), Ports);
        }

        if (string.IsNullOrEmpty(settings.Database) && Given("PGDATABASE") is { } database)
        {
            settings.Database = database;
        }

        Apply(settings, "sslmode", "SSL Mode", "PGSSLMODE");
        Apply(settings, "connect_timeout", "Timeout", "PGCONNECT_TIMEOUT");
    }

    private void Apply(NpgsqlConnectionStringBuilder settings, string parameter, string keyword, string variable)
    {
        if (!settings.ShouldSerialize(keyword) && Given(variable) is { } value)
        {
            LibpqParameters.Set(settings, parameter, value);
        }
    }

    private string LocalHost(string ports)
    {
        var port = ports.Length > 0 ? ports : HostList.DefaultPort.ToString(CultureInfo.InvariantCulture);
        return SocketFolders.FirstOrDefault(folder => fileExists($"{folder}/.s.PGSQL.{port}")) ?? "localhost";
    }

    private string? Given(string variable) => environment(variable) is { Length: > 0 } value ? value : null;
}
