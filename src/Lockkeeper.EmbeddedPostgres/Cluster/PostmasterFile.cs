using System.Globalization;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>
/// What a server says about itself in <c>postmaster.pid</c>: its process on line 1, the Unix time of its start on line 3,
/// its state on line 8 (src/include/utils/pidfile.h, the same in 14 to 18).
/// </summary>
internal sealed record PostmasterFile(int ProcessId, DateTimeOffset StartedAt, bool IsReady)
{
    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "postmaster.pid");

    /// <summary>Reads the file; null while it is not there or only begun.</summary>
    public static PostmasterFile? Read(string dataFolder)
    {
        try
        {
            // The server rewrites lines while we read, so sharing everything is the only way to open it on Windows.
            using var file = new FileStream(
                PathIn(dataFolder), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return Parse(reader.ReadToEnd());
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal static PostmasterFile? Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries);
        return lines.Length >= 3
            && int.TryParse(lines[0], CultureInfo.InvariantCulture, out var process)
            && long.TryParse(lines[2], CultureInfo.InvariantCulture, out var started)
                ? new PostmasterFile(process, DateTimeOffset.FromUnixTimeSeconds(started), lines is [_, _, _, _, _, _, _, "ready", ..])
                : null;
    }
}
