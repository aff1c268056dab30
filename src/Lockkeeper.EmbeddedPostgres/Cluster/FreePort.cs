using System.Net;
using System.Net.Sockets;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>Asks the system for a port that nobody listens on now. Somebody else may take it before the server does.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public static bool IsTaken(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
