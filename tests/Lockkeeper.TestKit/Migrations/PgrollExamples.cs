namespace Lockkeeper.TestKit.Migrations;

/// <summary>The example migrations of pgroll, which lie beside the repository and not in it.</summary>
public static class PgrollExamples
{
    public static string[] FilesOrSkip()
    {
        var folder = Path.Combine(RepositoryFolder.Find(), "..", "shared", "cases", "pgroll-examples");
        Assert.SkipUnless(Directory.Exists(folder), $"pgroll's examples are not there: {folder}");
        return [.. Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal)];
    }
}
