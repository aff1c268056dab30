using System.Globalization;

namespace Lockkeeper.Server.Sessions;

/// <summary>libpq's lists of hosts and of ports, and the one list that Npgsql has for both.</summary>
internal static class HostList
{
    public const int DefaultPort = 5432;

    /// <summary>Puts hosts and ports into the form of Npgsql: one port apart, or a port behind each host.</summary>
    public static (string Host, int Port) Combine(string hosts, string ports)
    {
        var hostList = hosts.Split(',');
        var portList = ports.Split(',').Select(PortOf).ToArray();
        if (portList.Length != 1 && portList.Length != hostList.Length)
        {
            throw new FormatException($"There are {hostList.Length} hosts and {portList.Length} ports; give one port, or one for each host.");
        }

        return hostList.Length == 1
            ? (Unbracketed(hostList[0]), portList[0])
            : (string.Join(',', hostList.Select((host, i) => WithPort(host, portList[i % portList.Length]))), portList[0]);
    }

    public static string Describe(string hosts, int port) => hosts.Contains(',', StringComparison.Ordinal)
        ? hosts
        : WithPort(hosts, port);

    private static int PortOf(string text)
    {
        if (text.Trim().Length == 0)
        {
            return DefaultPort;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535
            ? port
            : throw new FormatException("\"port\" is not a number from 1 to 65535.");
    }

    private static string Unbracketed(string host) => host.StartsWith('[') ? host.Trim('[', ']') : host;

    private static string WithPort(string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{Bracketed(host)}:{port}");

    private static string Bracketed(string host) =>
        host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
}
