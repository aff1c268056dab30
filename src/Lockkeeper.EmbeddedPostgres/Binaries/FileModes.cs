namespace Lockkeeper.EmbeddedPostgres.Binaries;

/// <summary>Makes files readable by others than their owner; nothing to do on Windows.</summary>
internal static class FileModes
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
        | UnixFileMode.UserWrite;

    private const UnixFileMode Executable = Readable
        | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Lets everybody enter and read a folder, or run a program.</summary>
    public static void Open(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Executable);
        }
    }

    /// <summary>Opens a whole tree; the files in its folder "bin" become programs.</summary>
    public static void OpenTree(string root)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Open(root);
        foreach (var folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
        {
            Open(folder);
        }

        var programs = Path.Combine(root, "bin") + Path.DirectorySeparatorChar;
        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(file, file.StartsWith(programs, StringComparison.Ordinal) ? Executable : Readable);
        }
    }
}
