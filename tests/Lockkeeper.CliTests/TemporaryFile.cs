namespace Lockkeeper.CliTests;

/// <summary>A file in a folder of its own, removed with it.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lockkeeper-cli-");

    public TemporaryFile(string name, string text) => Path = Add(name, text);

    /// <summary>The first file.</summary>
    public string Path { get; }

    public string Folder => _folder.FullName;

    public string Add(string name, string text)
    {
        var path = System.IO.Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
