using System.Runtime.CompilerServices;

namespace Lockkeeper.UnitTests.Migrations.Format;

internal static class RepositoryFolder
{
    public static string Find([CallerFilePath] string thisFile = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(thisFile)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Lockkeeper.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie inside the repository.");
        }

        return folder.FullName;
    }
}
