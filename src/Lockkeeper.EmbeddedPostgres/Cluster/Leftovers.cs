using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>Removes servers whose owner was killed together with its watchdog, or on a system without one.</summary>
internal static class Leftovers
{
    // The file holds whole seconds, written a moment after the process began.
    private static readonly TimeSpan StartTolerance = TimeSpan.FromSeconds(5);

    public static void Remove(string below, ILogger logger)
    {
        foreach (var path in Directory.EnumerateDirectories(below, ServerFolder.Prefix + "*"))
        {
            using var folder = ServerFolder.Inherit(path);
            if (folder is null)
            {
                continue;
            }

            try
            {
                KillServer(folder.Data);
                folder.Remove();
                logger.LeftoverRemoved(path);
            }
            catch (Exception inTheWay) when (inTheWay is IOException or UnauthorizedAccessException)
            {
                // The backends of a killed server need a moment to notice; the next start comes by again.
                logger.NotRemoved(path, inTheWay.Message);
            }
        }
    }

    /// <summary>Kills the server of a data folder, unless its process number now belongs to another process.</summary>
    private static void KillServer(string dataFolder)
    {
        if (PostmasterFile.Read(dataFolder) is not { } file)
        {
            return;
        }

        try
        {
            using var process = Process.GetProcessById(file.ProcessId);
            if (process.ProcessName == "postgres"
                && (process.StartTime.ToUniversalTime() - file.StartedAt.UtcDateTime).Duration() < StartTolerance)
            {
                process.Kill();
                process.WaitForExit(StartTolerance);
            }
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself, or is not ours to end.
        }
    }
}
