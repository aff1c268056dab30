using System.Collections.Frozen;
using System.Globalization;
using Npgsql;

namespace Lockkeeper.Server.Sessions;

/// <summary>What libpq's connection parameters (section 34.1.2 of the manual) are called in Npgsql.</summary>
internal static class LibpqParameters
{
    // libpq waits at least two seconds, and for ever when it is told 0 or less; Npgsql knows 0 to 1024.
    private const int ShortestTimeout = 2;
    private const int LongestTimeout = 1024;

    private static readonly FrozenDictionary<string, Action<NpgsqlConnectionStringBuilder, string>> Setters =
        new Dictionary<string, Action<NpgsqlConnectionStringBuilder, string>>(StringComparer.Ordinal)
        {
            ["host"] = static (_, _) => { },
            ["hostaddr"] = static (_, _) => { },
            ["port"] = static (_, _) => { },
            ["dbname"] = static (s, v) => s.Database = v,
            ["user"] = static (s, v) => s.Username = v,
            ["password"] = static (s, v) => s.Password = v,
            ["passfile"] = static (s, v) => s.Passfile = v,
            ["require_auth"] = static (s, v) => s.RequireAuth = v,
            ["channel_binding"] = static (s, v) => s.ChannelBinding = Choice<ChannelBinding>(v),
            ["connect_timeout"] = static (s, v) => s.Timeout = Seconds(v),
            ["client_encoding"] = static (s, v) => s.ClientEncoding = v == "auto" ? "UTF8" : v,
            ["options"] = static (s, v) => s.Options = v,
            ["search_path"] = static (s, v) => s.SearchPath = v,
            ["application_name"] = static (s, v) => s.ApplicationName = v,
            ["fallback_application_name"] = static (s, v) => s.ApplicationName ??= v,
            ["keepalives"] = static (s, v) => s.TcpKeepAlive = Number(v) != 0,
            ["keepalives_idle"] = static (s, v) => s.TcpKeepAliveTime = Number(v),
            ["keepalives_interval"] = static (s, v) => s.TcpKeepAliveInterval = Number(v),
            ["sslmode"] = static (s, v) => s.SslMode = Choice<SslMode>(v),
            ["sslnegotiation"] = static (s, v) => s.SslNegotiation = Choice<SslNegotiation>(v),
            ["sslcert"] = static (s, v) => s.SslCertificate = v,
            ["sslkey"] = static (s, v) => s.SslKey = v,
            ["sslpassword"] = static (s, v) => s.SslPassword = v,
            ["sslrootcert"] = static (s, v) => SetRootCertificate(s, v),
            ["gssencmode"] = static (s, v) => s.GssEncryptionMode = Choice<GssEncryptionMode>(v),
            ["krbsrvname"] = static (s, v) => s.KerberosServiceName = v,
            ["target_session_attrs"] = static (s, v) => s.TargetSessionAttributes = v,
            ["load_balance_hosts"] = static (s, v) => s.LoadBalanceHosts = v == "random",
        }.ToFrozenDictionary(StringComparer.Ordinal);

    // These exist in libpq and have no counterpart here. Leaving one out unsaid could mean less security than was asked for.
    private static readonly FrozenSet<string> WithoutCounterpart = FrozenSet.Create(
        StringComparer.Ordinal,
        "service", "servicefile", "sslcrl", "sslcrldir", "sslcompression", "sslsni", "sslcertmode", "requirepeer", "gsslib", "gssdelegation",
        "ssl_min_protocol_version", "ssl_max_protocol_version", "replication", "keepalives_count", "tcp_user_timeout", "scram_client_key",
        "scram_server_key", "min_protocol_version", "max_protocol_version", "oauth_issuer", "oauth_client_id", "oauth_client_secret", "oauth_scope",
        "sslkeylogfile");

    public static bool Knows(string name) => Setters.ContainsKey(name) || WithoutCounterpart.Contains(name);

    /// <summary>Makes settings of parameters; hosts and ports that are missing come from the surroundings.</summary>
    public static NpgsqlConnectionStringBuilder Apply(Dictionary<string, string> parameters, ConnectionDefaults defaults)
    {
        var settings = new NpgsqlConnectionStringBuilder();
        foreach (var (name, value) in parameters)
        {
            Set(settings, name, value);
        }

        var ports = parameters.GetValueOrDefault("port") ?? defaults.Ports;
        (settings.Host, settings.Port) = HostList.Combine(Hosts(parameters, settings) ?? defaults.Hosts(ports), ports);
        RelaxForOneHost(settings);
        return settings;
    }

    /// <summary>Sets one parameter by libpq's name.</summary>
    public static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        if (!Setters.TryGetValue(name, out var set))
        {
            throw new FormatException(WithoutCounterpart.Contains(name)
                ? $"The connection parameter \"{name}\" has no counterpart here. Leave it out."
                : $"{Named(name)} is not a connection parameter. A server setting goes into options, such as options='-c name=value'.");
        }

        try
        {
            set(settings, value);
        }
        catch (Exception refused) when (refused is ArgumentException or FormatException or OverflowException)
        {
            // Without the cause: its message may repeat the value.
            throw new FormatException($"The value of the connection parameter \"{name}\" does not fit.");
        }
    }

    private static string? Hosts(Dictionary<string, string> parameters, NpgsqlConnectionStringBuilder settings)
    {
        var host = parameters.GetValueOrDefault("host") is { Length: > 0 } named ? named : null;
        if (parameters.GetValueOrDefault("hostaddr") is not { Length: > 0 } address)
        {
            return host;
        }

        return host is not null && settings.SslMode == SslMode.VerifyFull
            ? throw new FormatException("\"hostaddr\" beside \"host\" cannot be had with sslmode=verify-full. Leave \"hostaddr\" out.")
            : address;
    }

    // Npgsql looks at what a server is only where it can choose among several.
    private static void RelaxForOneHost(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.TargetSessionAttributes is not { } wanted || settings.Host!.Contains(',', StringComparison.Ordinal))
        {
            return;
        }

        // With one host, a server that cannot be written to refuses the first statement that writes: as clear, and as early.
        settings.TargetSessionAttributes = wanted is not ("standby" or "read-only")
            ? null
            : throw new FormatException($"\"target_session_attrs={wanted}\" needs several hosts to choose from.");
    }

    private static void SetRootCertificate(NpgsqlConnectionStringBuilder settings, string value)
    {
        if (value == "system")
        {
            // The system's authorities are what is used when no file is named, and libpq then accepts nothing weaker.
            settings.SslMode = SslMode.VerifyFull;
            return;
        }

        settings.RootCertificate = value;
    }

    private static int Seconds(string value) =>
        Number(value) is var seconds && seconds <= 0 ? 0 : Math.Clamp(seconds, ShortestTimeout, LongestTimeout);

    private static int Number(string value) => int.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static T Choice<T>(string value)
        where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(name => name.Equals(value.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<T>(known)
            : throw new FormatException();

    // Half of a password that was not quoted must not become part of a message.
    private static string Named(string name) =>
        name.Length is > 0 and <= 40 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.') ? $"\"{name}\"" : "A name in the connection string";
}
