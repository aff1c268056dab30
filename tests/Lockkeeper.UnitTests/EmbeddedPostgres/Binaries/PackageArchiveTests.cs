using Lockkeeper.EmbeddedPostgres.Binaries;

namespace Lockkeeper.UnitTests.EmbeddedPostgres.Binaries;

public sealed class PackageArchiveTests : IDisposable
{
    private readonly TemporaryFolder _package = new();

    public void Dispose() => _package.Dispose();

    [Fact]
    public void Listed_links_are_made_relative_so_that_the_folder_can_be_moved()
    {
        _package.WithProgram("native/lib/libpq.so.5.18", "");

        PackageArchive.MakeLinks(
            _package.Path, """[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]""");

        Assert.Equal("libpq.so.5.18", new FileInfo(_package.In("native/lib/libpq.so.5")).LinkTarget);
    }

    [Theory]
    [InlineData("""[{"source":"native/lib/a","target":"../outside"}]""")]
    [InlineData("""[{"source":"/etc/passwd","target":"native/a"}]""")]
    [InlineData("""[{"source":"native/lib/a"}]""")]
    [InlineData("""{"source":"native/lib/a","target":"native/lib/b"}""")]
    [InlineData("not JSON")]
    public void A_list_that_leads_outside_or_cannot_be_read_is_refused(string list) =>
        Assert.Throws<InvalidDataException>(() => PackageArchive.MakeLinks(_package.Path, list));
}
