using Lockkeeper.EmbeddedPostgres.Binaries;

namespace Lockkeeper.UnitTests.EmbeddedPostgres.Binaries;

public sealed class BinaryCandidatesTests : IDisposable
{
    private readonly TemporaryFolder _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void PATH_comes_before_the_usual_folders_and_new_versions_before_old_ones()
    {
        _machine.WithServer("usr/lib/postgresql/9/bin");
        _machine.WithServer("usr/lib/postgresql/15/bin");
        _machine.WithServer("usr/lib/postgresql/18/bin");
        _machine.WithServer("opt/PostgreSQL/17/bin");
        Directory.CreateDirectory(_machine.In("usr/lib/postgresql/notes"));

        var folders = BinaryCandidates.InOrder(Linux with { SearchPath = $"{_machine.In("mine")}::relative:{_machine.In("yours")}" });

        Assert.Equal(
            [
                _machine.In("mine"),
                _machine.In("yours"),
                _machine.In("usr/lib/postgresql/18/bin"),
                _machine.In("usr/lib/postgresql/15/bin"),
                _machine.In("usr/lib/postgresql/9/bin"),
                _machine.In("opt/PostgreSQL/17/bin"),
            ],
            folders);
    }

    [Fact]
    public void Homebrew_comes_before_the_EDB_installer_on_macOS()
    {
        _machine.WithServer("Library/PostgreSQL/17/bin");
        _machine.WithServer("opt/homebrew/opt/postgresql@16/bin");
        _machine.WithServer("usr/local/opt/postgresql@18/bin");

        Assert.Equal(
            [
                _machine.In("opt/homebrew/opt/postgresql@16/bin"),
                _machine.In("usr/local/opt/postgresql@18/bin"),
                _machine.In("Library/PostgreSQL/17/bin"),
            ],
            BinaryCandidates.InOrder(Linux with { System = SystemKind.MacOs }));
    }

    [Fact]
    public void The_EDB_installers_folder_is_below_the_folder_of_programs_on_Windows()
    {
        Directory.CreateDirectory(_machine.In("PostgreSQL", "18", "bin"));

        Assert.Equal(
            [_machine.In("PostgreSQL", "18", "bin")],
            BinaryCandidates.InOrder(Linux with { System = SystemKind.Windows }));
    }

    [Fact]
    public void A_folder_counts_only_when_it_holds_all_three_programs()
    {
        var folder = _machine.WithServer("bin");
        Assert.True(BinaryCandidates.IsComplete(Linux, folder));
        Assert.False(BinaryCandidates.IsComplete(Linux with { System = SystemKind.Windows }, folder));

        File.Delete(Path.Combine(folder, "initdb"));

        Assert.False(BinaryCandidates.IsComplete(Linux, folder));
    }

    [Fact]
    public void A_folder_of_links_stands_for_the_folder_they_lead_to()
    {
        var real = _machine.WithServer("usr/lib/postgresql/15/bin");
        var links = Directory.CreateDirectory(_machine.In("usr/local/bin")).FullName;
        foreach (var program in Directory.EnumerateFiles(real))
        {
            File.CreateSymbolicLink(Path.Combine(links, Path.GetFileName(program)), program);
        }

        Assert.Equal(real, BinaryCandidates.BehindLinks(Linux, links));
        Assert.Equal(real, BinaryCandidates.BehindLinks(Linux, real));
    }

    private Surroundings Linux => new() { System = SystemKind.Linux, Root = _machine.Path, UserCache = _machine.In("cache") };
}
