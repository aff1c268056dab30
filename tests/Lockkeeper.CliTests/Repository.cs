namespace Lockkeeper.CliTests;

/// <summary>The folder that the tests were built from: pages and expected texts lie there.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    // Paths that the compiler records are rewritten in a CI build, so the solution is looked for.
    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Lockkeeper.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Lockkeeper.slnx.");
    }
}
