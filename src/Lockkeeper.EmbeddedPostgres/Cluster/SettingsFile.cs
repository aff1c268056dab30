using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>The text that is appended to <c>postgresql.conf</c>. Of two lines for one setting the server takes the later.</summary>
internal static class SettingsFile
{
    private static readonly ImmutableArray<(string Name, string Value)> Ours =
    [
        // Tests run many sessions at once, and a cloned database has a pool of its own.
        ("max_connections", "200"),
        ("max_prepared_transactions", "20"),
        ("log_timezone", "UTC"),
        ("timezone", "UTC"),
        ("lc_messages", "C"),
    ];

    private static readonly ImmutableArray<(string Name, string Value)> ThrowAway =
    [
        ("fsync", "off"),
        ("synchronous_commit", "off"),
        ("full_page_writes", "off"),
    ];

    public static string Render(PostgresServerOptions options, int port)
    {
        var text = new StringBuilder().Append('\n');
        foreach (var (name, value) in Ours.Concat(options.Durable ? [] : ThrowAway))
        {
            Append(text, name, value);
        }

        foreach (var (name, value) in options.Settings)
        {
            Append(text, name, value);
        }

        Append(text, "listen_addresses", "127.0.0.1");
        Append(text, "unix_socket_directories", "");
        Append(text, "port", port.ToString(CultureInfo.InvariantCulture));
        return text.ToString();
    }

    /// <summary>The line that moves a server to another port.</summary>
    public static string RenderPort(int port) => string.Create(CultureInfo.InvariantCulture, $"port = '{port}'\n");

    // Inside quotes the file knows backslash escapes, and a quote is doubled (the manual, 20.1.2).
    private static void Append(StringBuilder text, string name, string value) =>
        text.Append(name).Append(" = '")
            .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal))
            .Append("'\n");
}
