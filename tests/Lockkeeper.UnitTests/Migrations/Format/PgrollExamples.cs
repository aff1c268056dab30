using System.Runtime.CompilerServices;

namespace Lockkeeper.UnitTests.Migrations.Format;

/// <summary>The example migrations of pgroll, which lie beside the repository and not in it.</summary>
internal static class PgrollExamples
{
    public static string[] FilesOrSkip([CallerFilePath] string thisFile = "")
    {
        var root = new DirectoryInfo(Path.GetDirectoryName(thisFile)!);
        while (!File.Exists(Path.Combine(root.FullName, "Lockkeeper.slnx")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests do not lie inside the repository.");
        }

        var folder = Path.Combine(root.FullName, "..", "shared", "cases", "pgroll-examples");
        Assert.SkipUnless(Directory.Exists(folder), $"pgroll's examples are not there: {folder}");
        return [.. Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal)];
    }
}
