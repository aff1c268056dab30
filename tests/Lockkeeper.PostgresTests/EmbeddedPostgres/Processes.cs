using System.Diagnostics;

namespace Lockkeeper.PostgresTests.EmbeddedPostgres;

/// <summary>Looks at processes by their number.</summary>
internal static class Processes
{
    public static bool IsAlive(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
