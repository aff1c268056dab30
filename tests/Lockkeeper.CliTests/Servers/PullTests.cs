using Lockkeeper.Migrations;
using Lockkeeper.TestKit;

namespace Lockkeeper.CliTests.Servers;

public sealed class PullTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("yaml")]
    [InlineData("json", "--json")]
    public async Task What_the_folder_lacks_is_written_and_is_what_was_applied(string extension, params string[] more)
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"], ["baseline", "01_a"], ["start", scene.File("02_note.yaml", Scene.AddNote), "-c"]);
        File.Delete(Path.Combine(scene.Folder, "02_note.yaml"));
        var folder = Path.Combine(scene.Folder, "new");

        var result = await scene.RunAsync(["pull", folder, .. more]);

        var path = Path.Combine(folder, $"02_note.{extension}");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains($"02_note.{extension}", result.Out, StringComparison.Ordinal);
        Assert.Equal(Migration.Parse(Scene.AddNote, "02_note.yaml").Checksum, (await Migration.LoadAsync(path, TestContext.Current.CancellationToken)).Checksum);
        Assert.Equal([path], Directory.GetFiles(folder));
        Assert.Equal("The database is up to date: no migration is missing.\n", (await scene.RunAsync("migrate", folder)).Out);
    }

    [Fact]
    public async Task A_file_that_is_there_is_left_alone_whatever_it_holds()
    {
        await using var scene = await Scene.CreateAsync(postgres);
        await scene.SucceedAsync(["init"], ["start", scene.File("02_note.yaml", Scene.AddNote), "-c"]);
        File.Delete(Path.Combine(scene.Folder, "02_note.yaml"));
        var mine = scene.File("02_note.yml", "mine");

        var result = await scene.RunAsync("pull", scene.Folder);

        Assert.Equal((0, ""), (result.ExitCode, result.Out));
        Assert.Equal("mine", await File.ReadAllTextAsync(mine, TestContext.Current.CancellationToken));
    }
}
