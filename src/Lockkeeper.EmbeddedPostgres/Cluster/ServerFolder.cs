using System.Globalization;

namespace Lockkeeper.EmbeddedPostgres.Cluster;

/// <summary>The folder that holds everything of one server. A lock on a file in it tells other processes that its owner lives.</summary>
/// <remarks>The system gives the lock up when the owner dies in whatever way; a process number alone could be somebody else's by then.</remarks>
internal sealed class ServerFolder : IDisposable
{
    public const string Prefix = "lockkeeper-postgres-";

    private const string OwnerFile = "owner.lock";

    private readonly FileStream _owner;

    private ServerFolder(string path, FileStream owner)
    {
        Path = path;
        _owner = owner;
    }

    public string Path { get; }

    public string Data => DataIn(Path);

    public string LogFile => System.IO.Path.Combine(Path, "server.log");

    public static string DataIn(string folder) => System.IO.Path.Combine(folder, "data");

    public static ServerFolder Create(string below)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{System.IO.Path.GetRandomFileName()}");
        var path = System.IO.Path.Combine(below, name);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new ServerFolder(path, Lock(path, FileMode.CreateNew));
    }

    /// <summary>Takes the lock of a folder whose owner is dead; null while the owner lives, or when it is not for us to touch.</summary>
    /// <remarks>A folder without the file is being made at this moment.</remarks>
    public static ServerFolder? Inherit(string path)
    {
        try
        {
            return new ServerFolder(path, Lock(path, FileMode.Open));
        }
        catch (Exception alive) when (alive is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the folder. No process may be using it any more.</summary>
    public void Remove()
    {
        Dispose();
        Directory.Delete(Path, recursive: true);
    }

    public void Dispose() => _owner.Dispose();

    private static FileStream Lock(string path, FileMode mode) =>
        new(System.IO.Path.Combine(path, OwnerFile), mode, FileAccess.ReadWrite, FileShare.None);
}
