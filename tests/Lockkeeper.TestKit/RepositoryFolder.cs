namespace Lockkeeper.TestKit;

/// <summary>Where the repository is that the tests were built from.</summary>
public static class RepositoryFolder
{
    // Not from the path that the compiler records: a CI build rewrites it to one that is the same on every machine.
    public static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Lockkeeper.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie inside the repository.");
        }

        return folder.FullName;
    }
}
