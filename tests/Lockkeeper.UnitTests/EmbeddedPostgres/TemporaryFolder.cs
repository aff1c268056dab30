namespace Lockkeeper.UnitTests.EmbeddedPostgres;

/// <summary>A folder that stands for the root of a machine, with programs that only print something.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory("lockkeeper-test-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, Everybody);
        }
    }

    public string Path { get; }

    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Makes a folder with the three programs, whose postgres claims a version.</summary>
    public string WithServer(string folder, string version = "15.3")
    {
        var full = In(folder);
        foreach (var program in new[] { "initdb", "pg_ctl", "postgres" })
        {
            WithProgram(System.IO.Path.Combine(folder, program), $"echo 'postgres (PostgreSQL) {version}'");
        }

        return full;
    }

    public string WithProgram(string path, string script)
    {
        var full = In(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        File.WriteAllText(full, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(full, Everybody);
        }

        return full;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
