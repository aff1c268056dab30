namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>Reads the end of a server's log, for the message of a failure.</summary>
internal static class ServerLog
{
    // A failed start says why in its last line or two; a crash in its last dozen.
    private const int MostLines = 12;

    public static string LastLines(string path)
    {
        if (!File.Exists(path))
        {
            return "there is none.";
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().TrimEnd().Split('\n');
        return string.Join(Environment.NewLine, lines.TakeLast(MostLines));
    }
}
