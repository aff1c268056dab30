using Lockkeeper.Cli.Running;
using Lockkeeper.Migrations.Format;

namespace Lockkeeper.CliTests.Running;

public sealed class MigrationFilesTests : IDisposable
{
    private readonly TemporaryFile _files = new("read.me", "");

    private string New => Path.Combine(_files.Folder, "01.yaml");

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task A_file_is_written_wholly_or_not_at_all()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MigrationFiles.CreateAsync(New, "text", cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => MigrationFiles.ReplaceAsync(_files.Path, "text", cancelled.Token));

        Assert.Equal([_files.Path], Directory.GetFiles(_files.Folder));
    }

    [Fact]
    public async Task One_that_is_there_is_neither_written_over_nor_deleted()
    {
        await File.WriteAllTextAsync(New, "mine", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RefusedException>(() => MigrationFiles.CreateAsync(New, "text", TestContext.Current.CancellationToken));

        Assert.Equal("mine", await File.ReadAllTextAsync(New, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_folder_that_can_be_written_is_left_as_it_is()
    {
        MigrationFiles.RefuseUnwritable(_files.Folder);
        MigrationFiles.RefuseUnwritable(Path.Combine(_files.Folder, "a", "b"));

        Assert.Equal([_files.Path], Directory.GetFileSystemEntries(_files.Folder));
        Assert.Throws<RefusedException>(() => MigrationFiles.RefuseUnwritable(Path.Combine(_files.Path, "a")));
    }

    [Fact]
    public void A_name_of_the_history_may_look_like_that_of_a_file_and_never_leads_elsewhere()
    {
        Assert.Equal(Path.Combine("dir", "02_a.yaml.yaml"), MigrationFiles.PathOf("dir", "02_a.yaml", MigrationSyntax.Yaml));
        Assert.Throws<UsageException>(() => MigrationFiles.CheckName("02_a.yaml"));
        Assert.Throws<UsageException>(() => MigrationFiles.PathOf("dir", "../02_a", MigrationSyntax.Yaml));
    }
}
