using Lockkeeper.Migrations.Format;

namespace Lockkeeper.UnitTests.Migrations.Format;

public sealed class MigrationFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lockkeeper-format-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Touch(params string[] names)
    {
        foreach (var name in names)
        {
            File.WriteAllText(Path.Combine(_folder, name), "");
        }
    }

    [Fact]
    public void Migrations_come_in_the_order_of_their_names_without_extension()
    {
        Touch("02_b.json", "02.yaml", "01_a.yml", "10.yaml", "1.YAML", "readme.md", "B.yaml", "a.yaml");
        Directory.CreateDirectory(Path.Combine(_folder, "more"));

        Assert.Equal(["01_a", "02", "02_b", "1", "10", "B", "a"], MigrationFolder.List(_folder).Select(m => m.Name));
        Assert.Equal(Path.Combine(_folder, "01_a.yml"), MigrationFolder.List(_folder)[0].Path);
    }

    [Fact]
    public void A_folder_named_like_a_migration_is_refused()
    {
        Touch("01_a.yaml");
        Directory.CreateDirectory(Path.Combine(_folder, "02_b.yaml"));

        Assert.Equal(
            $"LK1012: {Path.Combine(_folder, "02_b.yaml")}: It is named like a migration, and is a folder. Rename it, or move what it holds into the folder above.",
            Refused.Message(() => MigrationFolder.List(_folder)));
    }

    [Fact]
    public void One_migration_in_two_files_is_refused()
    {
        Touch("01_a.yaml", "01_a.json", "02_b.yaml");

        Assert.Equal(
            $"LK1017: {Path.Combine(_folder, "01_a.yaml")}: The migration \"01_a\" is also in {Path.Combine(_folder, "01_a.json")}. "
            + "Keep one of the two files, or rename one.",
            Refused.Message(() => MigrationFolder.List(_folder)));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var absent = Path.Combine(_folder, "absent");

        Assert.StartsWith(
            $"LK1012: {absent}: The folder cannot be read: ", Refused.Message(() => MigrationFolder.List(absent)),
            StringComparison.Ordinal);
    }
}
